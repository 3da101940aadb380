package io.topgun.node.partition;

import static io.topgun.node.partition.Histories.merged;
import static io.topgun.node.partition.Histories.removed;
import static io.topgun.node.partition.Histories.value;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.OrCell;
import io.topgun.crdt.Stamp;
import io.topgun.protocol.CborWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From which positions a reader may go on once something was forgotten. */
class PartitionPositionsTest {
    private static final byte[] ONE = {1};
    private static final byte[] TWO = {2};

    private final PartitionState state = Histories.state();

    @Test
    void shouldTakeNoPositionFromBeforeADropThatNobodyIsToldOf() {
        state.apply(merged("m", "a", value(1, 1))).apply(merged("m", "b", value(2, 1)));
        state.apply(
                new Event.Repaired(List.of(new Repair.Address("m", "a")), List.of(), new CborWriter().toByteArray()));
        assertFalse(state.isGood(Cursor.at(2)), "who was here then has what is gone");
        assertTrue(state.isGood(Cursor.at(3)));
    }

    @Test
    void shouldResumeOnlyFromPositionsThatMissNoDroppedTombstone() {
        state.apply(merged("m", "a", value(1, 1)))
                .apply(merged("m", "b", removed(2)))
                .apply(merged("m", "c", value(3, 1)));
        assertTrue(state.isGood(Cursor.at(0)));
        state.apply(new Event.FrontierAdvanced(2));
        assertFalse(state.isGood(Cursor.at(0)));
        assertFalse(state.isGood(Cursor.at(1)));
        assertTrue(state.isGood(Cursor.at(2)));
        assertTrue(state.isGood(Cursor.at(4)));
        assertFalse(state.isGood(Cursor.at(5)), "not one that has not been");
        assertFalse(state.isGood(Cursor.at(-1)));
    }

    /** A part of an entry went whose last change the reader has not got. */
    @Test
    void shouldNotResumeInFrontOfAnEntryThatLostAPart() {
        Stamp first = Stamp.of(1, 0, "w");
        state.apply(merged("m", "k", OrCell.add(first, ONE)))
                .apply(merged("m", "k", OrCell.add(Stamp.of(2, 0, "w"), TWO)))
                .apply(merged("m", "k", OrCell.remove(List.of(first), 3)))
                .apply(new Event.FrontierAdvanced(3));
        assertFalse(state.isGood(Cursor.at(2)));
        assertTrue(state.isGood(Cursor.at(3)));
        assertTrue(state.isGood(new Cursor(1, 3)), "who began when it was gone already");
        assertFalse(state.isGood(new Cursor(1, 2)));
    }
}
