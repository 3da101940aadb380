package io.topgun.crdt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BinaryOperator;

/** The laws of a join semilattice, for any function that claims to be a merge. */
final class MergeLaws {
    private MergeLaws() {}

    /** Names of the laws that three states break. */
    static Set<String> broken(BinaryOperator<Cell> merge, List<Cell> states) {
        Cell a = states.get(0);
        Cell b = states.get(1);
        Cell c = states.get(2);
        Set<String> broken = new LinkedHashSet<>();
        Cell ab = merge.apply(a, b);
        check(broken, "commutative", ab.equals(merge.apply(b, a)));
        check(broken, "associative", merge.apply(ab, c).equals(merge.apply(a, merge.apply(b, c))));
        check(broken, "idempotent", merge.apply(a, a).equals(a));
        check(
                broken,
                "monotone",
                merge.apply(ab, a).equals(ab) && merge.apply(ab, b).equals(ab));
        check(
                broken,
                "same instance",
                isSame(ab, merge.apply(ab, a)) && isSame(ab, merge.apply(ab, b)) && isSame(a, ab));
        check(broken, "newest time", ab.newestMs() <= Math.max(a.newestMs(), b.newestMs()));
        return broken;
    }

    /** Whether a state is the same instance where nothing was added to it. */
    @SuppressWarnings("ReferenceEquality") // the law
    private static boolean isSame(Cell state, Cell merged) {
        return merged == state || !merged.equals(state);
    }

    /** Whether deltas amount to the same, delivered in any order, some again, some together as a state. */
    static boolean deltasEqualState(BinaryOperator<Cell> merge, List<Cell> deltas, Random random) {
        List<Cell> delivered = new ArrayList<>(deltas);
        delivered.add(deltas.get(random.nextInt(deltas.size())));
        delivered.add(fold(merge, deltas.subList(0, 1 + random.nextInt(deltas.size()))));
        Collections.shuffle(delivered, random);
        return fold(merge, deltas).equals(fold(merge, delivered));
    }

    private static Cell fold(BinaryOperator<Cell> merge, List<Cell> deltas) {
        return deltas.stream().reduce(merge).orElseThrow();
    }

    private static void check(Set<String> broken, String law, boolean holds) {
        if (!holds) {
            broken.add(law);
        }
    }
}
