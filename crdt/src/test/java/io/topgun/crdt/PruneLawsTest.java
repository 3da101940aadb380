package io.topgun.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class PruneLawsTest {
    @Provide
    Arbitrary<List<Cell>> triples() {
        return Cells.triples();
    }

    @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE)
    void pruningForgetsOnlyWhatCannotCountAgain(
            @ForAll("triples") List<Cell> states,
            @ForAll @LongRange(max = 4) long frontierMs,
            @ForAll @LongRange(max = 3) long stepMs) {
        assertEquals(Set.of(), broken(Cell::pruned, states, frontierMs, stepMs));
    }

    private static Set<String> broken(
            BiFunction<Cell, Long, Optional<Cell>> prune, List<Cell> states, long frontierMs, long stepMs) {
        Cell state = states.get(0).merge(states.get(1));
        boolean counter = state instanceof CounterCell;
        long from = counter ? frontierMs + CounterCell.SHARE_MS : frontierMs;
        return PruneLaws.broken(prune, state, states.get(2), from, from + stepMs);
    }

    /** Wrong prunings, and a law that must catch each. */
    @Example
    void lawsCatchWrongPruning() {
        assertCaught("nothing goes", "nothing old is hidden", (cell, f) -> Optional.of(cell));
        assertCaught(
                "what is live goes",
                "view stays",
                (cell, f) -> cell.newestMs() <= f ? Optional.empty() : cell.pruned(f));
        assertCaught(
                "what ended goes, however new",
                "merge of what is newer",
                (cell, f) -> cell.isVisible(f) ? cell.pruned(f) : Optional.empty());
        assertCaught("tags go by their own time", "merge of what is newer", PruneLawsTest::byTimeOfTag);
        assertCaught(
                "updates without a base are forgotten",
                "merge of what is newer",
                (cell, f) ->
                        cell instanceof FieldsCell fields && !fields.hasBase() ? Optional.empty() : cell.pruned(f));
        assertCaught(
                "shares are folded while they grow",
                "merge of what is newer",
                (cell, f) -> cell instanceof CounterCell ? cell.pruned(f + 1) : cell.pruned(f));
        assertCaught("one removed tag goes at a time", "idempotent", PruneLawsTest::oneTag);
        assertCaught(
                "a folded part counts up to the frontier", "monotone in the frontier", PruneLawsTest::upToTheFrontier);
        assertCaught("a folded part replaces the one before", "view stays", PruneLawsTest::withoutTheOldFold);
        assertCaught(
                "a copy of the same",
                "same instance",
                (cell, f) -> cell instanceof OrCell
                        ? cell.pruned(f)
                                .map(rest -> OrCell.of(((OrCell) rest).tags().toArray(OrTag[]::new)))
                        : cell.pruned(f));
    }

    private static Optional<Cell> byTimeOfTag(Cell cell, long frontierMs) {
        if (!(cell instanceof OrCell or)) {
            return cell.pruned(frontierMs);
        }
        OrTag[] rest = or.tags().stream()
                .filter(tag -> !tag.isRemoved() || tag.stamp().ms() > frontierMs)
                .toArray(OrTag[]::new);
        return rest.length == 0 ? Optional.empty() : Optional.of(OrCell.of(rest));
    }

    private static Optional<Cell> oneTag(Cell cell, long frontierMs) {
        Optional<Cell> rest = cell.pruned(frontierMs);
        if (!(cell instanceof OrCell or) || rest.equals(Optional.of(cell))) {
            return rest;
        }
        List<OrTag> tags = new ArrayList<>(or.tags());
        tags.remove(tags.stream()
                .filter(tag -> OrCell.of(tag).pruned(frontierMs).isEmpty())
                .findFirst()
                .orElseThrow());
        return tags.isEmpty() ? Optional.empty() : Optional.of(OrCell.of(tags.toArray(OrTag[]::new)));
    }

    /** So that replicas which looked at different moments hold different states. */
    private static Optional<Cell> upToTheFrontier(Cell cell, long frontierMs) {
        Optional<Cell> rest = cell.pruned(frontierMs);
        if (!(cell instanceof CounterCell) || rest.equals(Optional.of(cell))) {
            return rest;
        }
        CounterCell counter = (CounterCell) rest.orElseThrow();
        CounterCell.Folded folded = counter.folded().orElseThrow();
        long ms = frontierMs - CounterCell.SHARE_MS;
        return Optional.of(CounterCell.of(
                Optional.of(new CounterCell.Folded(ms, folded.plus(), folded.minus())), counter.shares()));
    }

    private static Optional<Cell> withoutTheOldFold(Cell cell, long frontierMs) {
        boolean both = cell instanceof CounterCell counter
                && counter.folded().isPresent()
                && counter.shares().size() > 0;
        return both
                ? CounterCell.of(Optional.empty(), ((CounterCell) cell).shares())
                        .pruned(frontierMs)
                : cell.pruned(frontierMs);
    }

    private static void assertCaught(String mutant, String law, BiFunction<Cell, Long, Optional<Cell>> prune) {
        Set<String> broken = new TreeSet<>();
        Random random = new Random(7);
        Cells.triples().generator(1_000).stream(new Random(42))
                .limit(5_000)
                .forEach(
                        states -> broken.addAll(broken(prune, states.value(), random.nextLong(5), random.nextLong(4))));
        assertTrue(broken.contains(law), mutant + ": broke only " + broken);
    }
}
