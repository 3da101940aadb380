package io.topgun.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BinaryOperator;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MergeLawsTest {
    @Provide
    Arbitrary<List<Cell>> triples() {
        return Cells.triples();
    }

    @Provide
    Arbitrary<List<Cell>> histories() {
        return Cells.histories();
    }

    /** And gives the same instance where nothing is added, and makes up no time. */
    @Property(tries = 1_500, edgeCases = EdgeCasesMode.NONE)
    void mergeIsCommutativeAssociativeIdempotentMonotone(@ForAll("triples") List<Cell> states) {
        assertEquals(Set.of(), MergeLaws.broken(Cell::merge, states));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void deltasEqualStateInAnyOrderAndNumber(@ForAll("histories") List<Cell> deltas, @ForAll Random random) {
        assertTrue(MergeLaws.deltasEqualState(Cell::merge, deltas, random));
    }

    /** Wrong merges, each of a kind that has been seen in the field, and the laws that must catch it. */
    @Example
    void lawsCatchWrongMerges() {
        assertCaught("the last to arrive wins", (a, b) -> b, "commutative");
        assertCaught("the first to arrive wins", (a, b) -> a, "commutative");
        assertCaught(
                "time without the writer",
                (a, b) -> a instanceof ValueCell x && b instanceof ValueCell y
                        ? (Long.compareUnsigned(x.time(), y.time()) >= 0 ? x : y)
                        : a.merge(b),
                "commutative");
        assertCaught(
                "a removal always wins",
                (a, b) -> !a.isVisible(0) ? a : !b.isVisible(0) ? b : a.merge(b),
                "commutative");
        assertCaught(
                "updates before their base are dropped",
                (a, b) -> isUpdate(a) ? b : isUpdate(b) ? a : a.merge(b),
                "monotone",
                "commutative");
        assertCaught(
                "of two touches the first to arrive counts",
                (a, b) -> a instanceof ValueCell x
                                && b instanceof ValueCell y
                                && x.stamp().equals(y.stamp())
                        ? a
                        : a.merge(b),
                "commutative");
        assertCaught("shares are added up", MergeLawsTest::adding, "idempotent");
        assertCaught(
                "folded parts stay side by side with the shares they cover",
                MergeLawsTest::uncovered,
                "associative",
                "commutative");
        assertCaught("tags of removed values are forgotten", MergeLawsTest::forgetful, "associative", "monotone");
        assertCaught("a copy of the same", MergeLawsTest::copying, "same instance");
        assertCaught("what is merged is stamped again", MergeLawsTest::stamping, "newest time", "idempotent");
    }

    @Example
    void lawOfDeltasCatchesWrongMerges() {
        assertCaughtByDeltas("the last to arrive wins", (a, b) -> b);
        assertCaughtByDeltas("shares are added up", MergeLawsTest::adding);
        assertCaughtByDeltas("tags of removed values are forgotten", MergeLawsTest::forgetful);
        assertCaughtByDeltas("updates before their base are dropped", (a, b) -> isUpdate(a) ? b : a.merge(b));
    }

    private static Cell copying(Cell a, Cell b) {
        return a.merge(b) instanceof OrCell or ? OrCell.of(or.tags().toArray(OrTag[]::new)) : a.merge(b);
    }

    private static Cell stamping(Cell a, Cell b) {
        return a.merge(b) instanceof ValueCell value && value.value().isEmpty()
                ? ValueCell.remove(Stamp.of(value.newestMs() + 1, 0, "server"))
                : a.merge(b);
    }

    private static Cell adding(Cell a, Cell b) {
        return a instanceof CounterCell x
                        && b instanceof CounterCell y
                        && x.shares().size() == 1
                        && y.shares().size() == 1
                        && x.shares().stamp(0).equals(y.shares().stamp(0))
                ? CounterCell.share(
                        x.shares().stamp(0),
                        CounterCell.sum(x.shares().plus(0), y.shares().plus(0)),
                        CounterCell.sum(x.shares().minus(0), y.shares().minus(0)))
                : a.merge(b);
    }

    /** Takes the first folded part there is. */
    private static Cell uncovered(Cell a, Cell b) {
        return a instanceof CounterCell x && x.folded().isPresent() && b instanceof CounterCell y
                ? x.merge(CounterCell.of(
                        x.folded(), y.shares().newerThan(x.folded().get())))
                : a.merge(b);
    }

    private static boolean isUpdate(Cell cell) {
        return cell instanceof FieldsCell fields && !fields.hasBase();
    }

    private static Cell forgetful(Cell a, Cell b) {
        Cell merged = a.merge(b);
        if (!(merged instanceof OrCell or)) {
            return merged;
        }
        OrTag[] live = or.tags().stream().filter(tag -> !tag.isRemoved()).toArray(OrTag[]::new);
        return live.length == 0 ? merged : OrCell.of(live);
    }

    private static void assertCaught(String mutant, BinaryOperator<Cell> merge, String... laws) {
        Set<String> broken = new HashSet<>();
        Cells.triples().generator(1_000).stream(new Random(42))
                .limit(3_000)
                .forEach(states -> broken.addAll(MergeLaws.broken(merge, states.value())));
        assertTrue(broken.containsAll(Arrays.asList(laws)), mutant + ": broke only " + broken);
    }

    private static void assertCaughtByDeltas(String mutant, BinaryOperator<Cell> merge) {
        Random random = new Random(7);
        assertTrue(
                Cells.histories().generator(1_000).stream(new Random(42))
                        .limit(3_000)
                        .anyMatch(deltas -> !MergeLaws.deltasEqualState(merge, deltas.value(), random)),
                mutant);
    }

    @Test
    void shouldThrowWhenKindsDiffer() {
        Stamp stamp = Stamp.of(1, 0, "a");
        List<Cell> kinds = List.of(
                ValueCell.remove(stamp),
                FieldsCell.delete(stamp),
                OrCell.add(stamp, new byte[] {0}),
                CounterCell.share(stamp, 1, 0));
        for (Cell a : kinds) {
            for (Cell b : kinds) {
                if (a.kind() != b.kind()) {
                    assertThrows(IllegalArgumentException.class, () -> a.merge(b));
                }
            }
        }
    }
}
