package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CellKind;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Shares;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScheduleTest {
    private static final int SCHEDULES = 700;
    private static final int STEPS = 25;

    @ParameterizedTest
    @EnumSource
    void replicasShowWhatTheSpecificationSays(CellKind kind) {
        for (long seed = 0; seed < SCHEDULES; seed++) {
            assertEquals(Optional.empty(), new Schedule(seed, kind, Cell::merge).run(STEPS), "seed " + seed);
        }
    }

    @Test
    void schedulesCatchWrongMerges() {
        assertCaught(CellKind.VALUE, (a, b) -> b);
        assertCaught(CellKind.VALUE, (a, b) -> !a.isVisible(0) ? a : a.merge(b));
        assertCaught(CellKind.FIELDS, ScheduleTest::wholeObjectWins);
        assertCaught(CellKind.FIELDS, (a, b) -> !a.isVisible(0) && b.isVisible(0) ? b : a.merge(b));
        assertCaught(CellKind.OR, (a, b) -> !b.isVisible(0) ? a : a.merge(b));
        assertCaught(CellKind.OR, ScheduleTest::withoutRemovedTags);
        assertCaught(CellKind.COUNTER, (a, b) -> ((CounterCell) a).value() >= ((CounterCell) b).value() ? a : b);
        assertCaught(CellKind.COUNTER, ScheduleTest::lastShareOnly);
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
        Shares shares = ((CounterCell) a.merge(b)).shares();
        int last = shares.size() - 1;
        return CounterCell.share(shares.stamp(last), shares.plus(last), shares.minus(last));
    }

    private static void assertCaught(CellKind kind, BinaryOperator<Cell> merge) {
        boolean caught = false;
        for (long seed = 0; seed < 200 && !caught; seed++) {
            caught = new Schedule(seed, kind, merge).run(STEPS).isPresent();
        }
        assertTrue(caught, "a wrong merge of " + kind);
    }
}
