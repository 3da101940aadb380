package io.topgun.node.partition;

import static io.topgun.node.partition.Histories.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a sibling is sent of a log, and when. */
class ShippingTest {
    private static final NodeId SELF = new NodeId("self", 1);
    private static final NodeId A = new NodeId("a", 1);
    private static final NodeId B = new NodeId("b", 1);
    private static final long STORE = 77;
    private static final long INCARNATION = 3;

    private final PartitionState state = Histories.state();
    private final Shipping shipping = new Shipping(SELF, STORE, INCARNATION, 1_000);

    ShippingTest() {
        shipping.restart(0);
        shipping.siblings(List.of(A, B));
    }

    private void write(String key) {
        happen(Histories.merged("m", key, value(5, 1)));
    }

    private void arrive(String key) {
        Event.Merged cells = Histories.merged("m", key, value(5, 1));
        LogPosition next = new LogPosition(STORE + 1, 1, Cursor.at(1), true);
        happen(new Event.Shipped(next, cells.entries(), cells.block()));
    }

    private void happen(Event event) {
        state.apply(event);
        shipping.changed(event, state.seq());
    }

    private static LogPosition at(long seq) {
        return new LogPosition(STORE, INCARNATION, Cursor.at(seq), true);
    }

    private Optional<Replication.Shipment> follow(NodeId who, LogPosition from, boolean isWhole) {
        return shipping.follow(new Replication.Follow(who, from, isWhole, 1_000), state, ReplicaState.LIVE);
    }

    private static List<String> keys(Replication.Shipment shipment) {
        List<String> keys = new ArrayList<>();
        for (byte[] block : shipment.blocks()) {
            for (Entry entry : BlockCodec.read(new CborReader(block))) {
                keys.add(entry.key());
            }
        }
        return keys;
    }

    private boolean isRefused(LogPosition from, boolean isWhole) {
        return !follow(A, from, isWhole).orElseThrow().isGood();
    }

    @Test
    void shouldAnswerWhenThereIsSomethingAndNotBefore() {
        write("k1");
        assertEquals(Optional.empty(), follow(A, at(1), false));
        assertEquals(List.of(), shipping.answers(state, ReplicaState.LIVE));
        write("k2");
        List<Shipping.Addressed> answers = shipping.answers(state, ReplicaState.LIVE);
        assertEquals(List.of(A), answers.stream().map(Shipping.Addressed::to).toList());
        assertEquals(List.of("k2"), keys(answers.getFirst().shipment()));
        assertEquals(2, answers.getFirst().shipment().next().seq());
        assertEquals(List.of(), shipping.answers(state, ReplicaState.LIVE), "once");
    }

    @Test
    void shouldShipWhatClientsWroteToWhoKeepsUpAndEverythingToWhoCatchesUp() {
        write("written");
        arrive("arrived");
        assertEquals(
                List.of("written"), keys(follow(A, LogPosition.START, false).orElseThrow()));
        assertEquals(
                List.of("written", "arrived"),
                keys(follow(B, LogPosition.START, true).orElseThrow()));
    }

    /** Else it would read again, after a restart of either, what it has had all the time. */
    @Test
    void shouldMoveWhoAsksAgainPastWhatCameFromOthers() {
        write("written");
        arrive("arrived");
        assertEquals(Optional.empty(), follow(A, at(1), false));
        Replication.Shipment moved = follow(A, at(1), false).orElseThrow();
        assertEquals(at(2).seq(), moved.next().seq());
        assertEquals(List.of(), keys(moved));
    }

    @Test
    void shouldAnswerWhoCatchesUpAlsoWhenThereIsNothing() {
        write("k");
        Replication.Shipment shipment = follow(A, at(1), true).orElseThrow();
        assertTrue(shipment.isGood() && shipment.next().isComplete() && !shipment.more());
        assertEquals(List.of(), keys(shipment));
    }

    @Test
    void shouldRefuseAPositionThatIsNotOfThisLog() {
        write("k");
        for (boolean isWhole : List.of(true, false)) {
            assertTrue(
                    isRefused(new LogPosition(STORE + 1, INCARNATION, Cursor.at(1), true), isWhole), "another store");
            assertTrue(
                    isRefused(new LogPosition(STORE, INCARNATION + 1, Cursor.at(1), true), isWhole), "a later start");
            assertTrue(isRefused(at(2), isWhole), "ahead of the log");
        }
        assertEquals(1, shipping.lag(), "none of them acknowledges anything");
    }

    @Test
    void shouldRefuseAPositionThatTheTailDoesNotReachBackTo() {
        write("k1");
        shipping.restart(state.seq());
        write("k2");
        assertTrue(isRefused(at(0), false));
        assertFalse(isRefused(at(0), true));
        assertEquals(List.of("k2"), keys(follow(A, at(1), false).orElseThrow()));
    }

    @Test
    void shouldTakeAPositionAsAnAcknowledgementOnlyWhenItIsComplete() {
        write("k");
        follow(A, new LogPosition(STORE, INCARNATION, Cursor.at(1), false), true);
        assertEquals(1, shipping.lag());
        follow(A, at(1), false);
        assertEquals(0, shipping.lag());
    }

    @Test
    void shouldKeepTheTailForWhoIsThereAndHasItNotYetWithinItsBound() {
        write("k1");
        follow(A, at(1), false);
        assertFalse(isRefused(LogPosition.START, false), "B may still need it");
        follow(B, at(1), false);
        assertTrue(isRefused(LogPosition.START, false), "nobody does");
        for (int i = 0; i < 100; i++) {
            write("more" + i);
        }
        assertTrue(isRefused(at(1), false), "too far back");
    }
}
