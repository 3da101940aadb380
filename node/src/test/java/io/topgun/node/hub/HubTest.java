package io.topgun.node.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Partitions;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.node.partition.Change;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HubTest {
    private final Hubs hubs = new Hubs("a", "b", "c");
    private final Hubs.Host a = hubs.host("a");
    private final Hubs.Host b = hubs.host("b");
    private final Hubs.Host c = hubs.host("c");

    private static Change change(int partition, long seq, String... maps) {
        return new Change.Merged(partition, seq, Set.of(maps), List.of(), Hubs.NO_CELLS);
    }

    @Test
    void shouldTellChangesToThoseWhoWantOneOfTheirMaps() {
        a.hold(3);
        hubs.settle();
        Hubs.Listener one = a.listener(1, "a");
        Hubs.Listener other = a.listener(1, "b", "c");
        a.publish(change(3, 7, "a", "c"));
        a.publish(change(3, 8, "b"));
        a.run(new Hub.NoInterest(other, Set.of("b")));
        a.publish(change(3, 9, "b"));
        assertEquals(List.of(7L), one.seqs());
        assertEquals(List.of(7L, 8L), other.seqs());
    }

    @Test
    void shouldTellAFrontierOnceToEveryoneWhoWantsAnyMap() {
        a.hold(3);
        hubs.settle();
        Hubs.Listener one = a.listener(1, "a");
        Hubs.Listener other = a.listener(1, "b", "c");
        a.publish(new Change.Pruned(3, 7, 1_000));
        assertEquals(List.of(7L), one.seqs());
        assertEquals(List.of(7L), other.seqs());
        assertEquals(
                List.of(new Message.Frontier(3, 0, 7, 1_000)),
                MessageCodec.decode(other.told.getFirst().message(), Limits.defaults()));
    }

    @Test
    void shouldTellWhatAnotherNodeForwardsUnderTheRefOfItsStore() {
        b.hold(3);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        hubs.settle();
        assertEquals(b.id, listener.sources.of(3).orElseThrow().node());
        b.publish(change(3, 7, "m"));
        b.publish(change(3, 8, "other"));
        b.publish(new Change.Pruned(3, 9, 1_000));
        hubs.settle();
        assertEquals(List.of(7L, 9L), listener.seqs());
        int ref = listener.sources.of(3).orElseThrow().ref();
        assertEquals(
                List.of(new Message.Delta(3, ref, 7, List.of())),
                MessageCodec.decode(listener.told.getFirst().message(), Limits.defaults()));
        assertTrue(ref > 0);
    }

    @Test
    void shouldTellNoInterestBeforeTheOtherNodeHasPromisedToForward() {
        b.hold(3);
        hubs.settle();
        hubs.losing = true;
        Hubs.Listener listener = a.listener(1, "m");
        hubs.settle();
        assertEquals(List.of(), listener.interests);
        hubs.losing = false;
        a.run(new Hub.Tick());
        hubs.settle();
        assertEquals(List.of(1L), listener.interests);
    }

    @Test
    void shouldReadFromNoNodeThatHasNotPromisedToForward() {
        a.hold(3);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        hubs.losing = true;
        a.letGo(3);
        b.hold(3);
        hubs.settle();
        assertTrue(listener.sources.of(3).isEmpty());
        hubs.losing = false;
        a.run(new Hub.Tick());
        hubs.settle();
        assertEquals(b.id, listener.sources.of(3).orElseThrow().node());
    }

    @Test
    void shouldSayThatItIsNotWholeWhenAPartitionHasMovedUntilItsNodeHasPromisedToForward() {
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            a.hold(partition);
        }
        hubs.settle();
        assertEquals(Optional.empty(), a.board.whyNotWhole());
        b.hold(3);
        hubs.losing = true;
        a.letGo(3);
        hubs.settle();
        assertEquals(Optional.of("270 of 271 partitions can be read by way of this node"), a.board.whyNotWhole());
        hubs.losing = false;
        a.run(new Hub.Tick());
        hubs.settle();
        assertEquals(Optional.empty(), a.board.whyNotWhole());
    }

    @Test
    void shouldTellNothingOfAReplicaThatIsNotTheSource() {
        b.hold(3);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        hubs.settle();
        a.publish(change(3, 1, "m"));
        a.hold(3);
        hubs.settle();
        b.publish(change(3, 7, "m"));
        a.publish(change(3, 2, "m"));
        hubs.settle();
        assertEquals(List.of(2L), listener.seqs());
    }

    @Test
    void shouldMistrustWhatItReadsOfANodeWhenSomethingWasLost() {
        b.hold(3);
        c.hold(4);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        hubs.settle();
        SourceTable before = listener.sources;
        hubs.losing = true;
        b.publish(change(3, 7, "m"));
        hubs.settle();
        hubs.losing = false;
        a.run(new Hub.Tick());
        hubs.settle();
        a.run(new Hub.Tick());
        hubs.settle();
        assertEquals("{3}", before.differing(listener.sources).toString());
        b.publish(change(3, 8, "m"));
        hubs.settle();
        assertEquals(List.of(8L), listener.seqs());
        assertTrue(listener.told.getFirst().source().is(listener.sources.of(3).orElseThrow()));
    }

    @Test
    void shouldAskAgainAnotherNodeThatHasForgottenIt() {
        b.hold(3);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        hubs.settle();
        SourceTable before = listener.sources;
        hubs.nowMs += 40_000;
        b.run(new Hub.Tick());
        b.publish(change(3, 7, "m"));
        a.run(new Hub.Tick());
        hubs.settle();
        a.run(new Hub.Tick());
        hubs.settle();
        assertEquals("{3}", before.differing(listener.sources).toString());
        b.publish(change(3, 8, "m"));
        hubs.settle();
        assertEquals(List.of(8L), listener.seqs());
    }

    @Test
    void shouldReadFromAnotherNodeWhenOneIsGone() {
        b.hold(3);
        c.hold(3);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        hubs.settle();
        Hubs.Host first = listener.sources.of(3).orElseThrow().node().equals(b.id) ? b : c;
        Hubs.Host second = first == b ? c : b;
        first.isReachable = false;
        hubs.tellView();
        hubs.settle();
        assertEquals(second.id, listener.sources.of(3).orElseThrow().node());
        first.isReachable = true;
        hubs.tellView();
        hubs.settle();
        assertEquals(second.id, listener.sources.of(3).orElseThrow().node(), "no reason to go back");
    }

    @Test
    void shouldReadFromANodeThatLeavesUntilAnotherHasPromisedToForward() {
        b.hold(3);
        c.hold(3);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        hubs.settle();
        Hubs.Host first = listener.sources.of(3).orElseThrow().node().equals(b.id) ? b : c;
        Hubs.Host second = first == b ? c : b;
        hubs.losing = true;
        first.isLeaving = true;
        hubs.tellView();
        hubs.settle();
        hubs.losing = false;
        first.publish(change(3, 7, "m"));
        hubs.settle();
        assertEquals(List.of(7L), listener.seqs());
        a.run(new Hub.Tick());
        hubs.settle();
        assertEquals(second.id, listener.sources.of(3).orElseThrow().node());
    }

    @Test
    void shouldNotWaitForTheWordOfANodeThatIsGone() {
        b.hold(3);
        hubs.settle();
        hubs.losing = true;
        Hubs.Listener listener = a.listener(1, "m");
        hubs.settle();
        assertEquals(List.of(), listener.interests);
        b.isReachable = false;
        hubs.tellView();
        hubs.settle();
        assertEquals(List.of(1L), listener.interests);
        assertTrue(listener.sources.of(3).isEmpty());
    }

    @Test
    void shouldPromiseNothingThatAnEarlierRunOfTheNodeIsAskedFor() {
        b.hold(3);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        hubs.settle();
        NodeId earlier = new NodeId(b.id.address(), 0);
        b.run(new Hub.Want(earlier, a.id, 9, List.of(), List.of(), a.ref()));
        b.publish(change(3, 7, "m"));
        hubs.settle();
        assertEquals(List.of(7L), listener.seqs());
    }

    @Test
    void shouldTellThatAPartitionIsLostOnlyAfterAWhile() {
        a.hold(3);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        a.letGo(3);
        hubs.settle();
        a.run(new Hub.Tick());
        assertFalse(listener.isLost);
        hubs.nowMs += Hubs.GRACE_MS;
        a.run(new Hub.Tick());
        assertTrue(listener.isLost);
    }

    @Test
    void shouldSwitchWhenTheReplicaHereIsAnotherRun() {
        a.hold(3);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        SourceTable before = listener.sources;
        a.letGo(3);
        a.hold(3);
        hubs.settle();
        assertEquals("{3}", before.differing(listener.sources).toString());
        assertEquals(ReplicaState.LIVE, a.state(3));
    }
}
