package io.topgun.crdt;

import java.util.LinkedHashSet;
import java.util.List;
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
        return broken;
    }

    private static void check(Set<String> broken, String law, boolean holds) {
        if (!holds) {
            broken.add(law);
        }
    }
}
