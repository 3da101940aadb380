package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CellKind;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Shares;
import io.topgun.crdt.ValueCell;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {
    private static final int SCHEDULES = 500;
    private static final int STEPS = 40;

    private static final Schedule.Functions REAL = new Schedule.Functions() {};

    @ParameterizedTest
    @EnumSource
    void replicasShowWhatTheSpecificationSays(CellKind kind) {
        for (long seed = 0; seed < SCHEDULES; seed++) {
            assertEquals(Optional.empty(), new Schedule(seed, kind, REAL).run(STEPS), "seed " + seed);
        }
    }

    @Test
    void schedulesCatchWrongMerges() {
        assertCaught(CellKind.VALUE, (a, b) -> b);
        assertCaught(CellKind.VALUE, (a, b) -> !a.isVisible(0) ? a : a.merge(b));
        assertCaught(CellKind.VALUE, ScheduleTest::touchesAreLost);
        assertCaught(CellKind.FIELDS, ScheduleTest::touchesAreLost);
        assertCaught(CellKind.FIELDS, ScheduleTest::wholeObjectWins);
        assertCaught(CellKind.FIELDS, (a, b) -> !a.isVisible(0) && b.isVisible(0) ? b : a.merge(b));
        assertCaught(CellKind.OR, (a, b) -> !b.isVisible(0) ? a : a.merge(b));
        assertCaught(CellKind.OR, ScheduleTest::withoutRemovedTags);
        assertCaught(CellKind.COUNTER, (a, b) -> ((CounterCell) a).value() >= ((CounterCell) b).value() ? a : b);
        assertCaught(CellKind.COUNTER, ScheduleTest::lastShareOnly);
        assertCaught(CellKind.COUNTER, ScheduleTest::foldedPartIsForgotten);
    }

    @Test
    void schedulesCatchWrongPruning() {
        assertPruningCaught(CellKind.VALUE, (cell, f) -> Optional.of(cell));
        assertPruningCaught(CellKind.VALUE, (cell, f) -> cell.newestMs() <= f ? Optional.empty() : Optional.of(cell));
        assertPruningCaught(CellKind.VALUE, ScheduleTest::touchesDoNotCount);
        assertPruningCaught(CellKind.FIELDS, (cell, f) -> Optional.of(cell));
        assertPruningCaught(CellKind.FIELDS, (cell, f) -> cell.isVisible(f) ? cell.pruned(f) : Optional.empty());
        assertPruningCaught(CellKind.OR, (cell, f) -> Optional.of(cell));
        assertPruningCaught(CellKind.OR, (cell, f) -> Optional.of(withoutRemovedTags(cell, cell)));
        assertPruningCaught(CellKind.COUNTER, (cell, f) -> Optional.of(cell));
        assertPruningCaught(CellKind.COUNTER, (cell, f) -> cell.pruned(f + CounterCell.SHARE_MS));
    }

    private static Cell touchesAreLost(Cell a, Cell b) {
        Cell merged = a.merge(b);
        return switch (merged) {
            case ValueCell value when a instanceof ValueCell x && x.stamp().equals(value.stamp()) -> a;
            case FieldsCell fields when b instanceof FieldsCell x && x.isPresent() && x.size() == 0 -> a;
            default -> merged;
        };
    }

    private static Optional<Cell> touchesDoNotCount(Cell cell, long frontierMs) {
        ValueCell value = (ValueCell) cell;
        Life life = value.life();
        boolean untouched = life.idleMs() != 0 && value.stamp().ms() + life.idleMs() <= frontierMs;
        return untouched ? Optional.empty() : cell.pruned(frontierMs);
    }

    /** What a map of plain last-writer-wins values would do. */
    private static Cell wholeObjectWins(Cell a, Cell b) {
        return a.newestMs() >= b.newestMs() && !(a instanceof FieldsCell f && !f.hasBase()) ? a : b;
    }

    private static Cell withoutRemovedTags(Cell a, Cell b) {
        OrTag[] live = ((OrCell) a.merge(b))
                .tags().stream().filter(tag -> !tag.isRemoved()).toArray(OrTag[]::new);
        return live.length == 0 ? a.merge(b) : OrCell.of(live);
    }

    private static Cell lastShareOnly(Cell a, Cell b) {
        CounterCell merged = (CounterCell) a.merge(b);
        Shares shares = merged.shares();
        int last = shares.size() - 1;
        return last < 1 ? merged : CounterCell.share(shares.stamp(last), shares.plus(last), shares.minus(last));
    }

    private static Cell foldedPartIsForgotten(Cell a, Cell b) {
        CounterCell merged = (CounterCell) a.merge(b);
        return merged.shares().size() == 0 ? merged : CounterCell.of(Optional.empty(), merged.shares());
    }

    private static void assertCaught(CellKind kind, BinaryOperator<Cell> merge) {
        assertCaught(kind, new Schedule.Functions() {
            @Override
            public Cell merge(Cell a, Cell b) {
                return merge.apply(a, b);
            }
        });
    }

    private static void assertPruningCaught(CellKind kind, BiFunction<Cell, Long, Optional<Cell>> prune) {
        assertCaught(kind, new Schedule.Functions() {
            @Override
            public Optional<Cell> pruned(Cell cell, long frontierMs) {
                return prune.apply(cell, frontierMs);
            }
        });
    }

    private static void assertCaught(CellKind kind, Schedule.Functions wrong) {
        boolean caught = false;
        for (long seed = 0; seed < SCHEDULES && !caught; seed++) {
            caught = new Schedule(seed, kind, wrong).run(STEPS).isPresent();
        }
        assertTrue(caught, "a wrong function of " + kind);
    }
}
