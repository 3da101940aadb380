package io.topgun.node.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.topgun.node.partition.Change;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which changes a hub tells and forwards together, and how long one waits for others. */
class HubGatheringTest {
    private final Hubs hubs = new Hubs("a", "b");
    private final Hubs.Host a = hubs.host("a");
    private final Hubs.Host b = hubs.host("b");

    private static Change change(int partition, long seq, String... maps) {
        return new Change.Merged(partition, seq, Set.of(maps), List.of(), Hubs.NO_CELLS);
    }

    private Hubs.Listener listenerOfTwoPartitions() {
        a.hold(3);
        a.hold(4);
        hubs.settle();
        return a.listener(1, "m");
    }

    @Test
    void shouldTellTogetherWhatTheJournalsHaveInHand() {
        Hubs.Listener listener = listenerOfTwoPartitions();
        a.inHand.add(3, 1);
        a.inHand.add(4, 2);
        a.publish(change(3, 7, "m"));
        a.publish(change(4, 1, "m"));
        assertEquals(List.of(), listener.frames);
        a.publish(change(4, 2, "m"));
        assertEquals(List.of(3), listener.frames);
        a.publish(change(4, 3, "m"));
        assertEquals(List.of(3, 1), listener.frames, "nothing is in hand");
    }

    @Test
    void shouldWaitNoLongerOnceTheJournalsHaveNothingElseInHandThoughNobodyWantsWhatTheyHad() {
        Hubs.Listener listener = listenerOfTwoPartitions();
        a.inHand.add(3, 1);
        a.inHand.add(4, 1);
        a.publish(change(3, 7, "m"));
        a.publish(change(4, 1, "other"));
        assertEquals(List.of(1), listener.frames);
    }

    @Test
    void shouldNotWaitForAJournalForLong() {
        Hubs.Listener listener = listenerOfTwoPartitions();
        a.inHand.add(9, 1);
        a.publish(change(3, 7, "m"));
        hubs.nowMs += 2;
        a.publish(change(3, 8, "m"));
        assertEquals(List.of(2), listener.frames);
    }

    @Test
    void shouldNotWaitForLongWhereNothingComes() {
        Hubs.Listener listener = listenerOfTwoPartitions();
        a.inHand.add(9, 1);
        a.flushDue();
        a.publish(change(3, 7, "m"));
        assertEquals(Optional.of(Duration.ofMillis(2)), a.flushDue());
        a.publish(change(3, 8, "m"));
        assertEquals(Optional.empty(), a.flushDue(), "counts from the first");
        a.run(new Hub.Flush());
        assertEquals(List.of(2), listener.frames);
        a.publish(change(3, 9, "m"));
        assertEquals(Optional.of(Duration.ofMillis(2)), a.flushDue());
    }

    @Test
    void shouldTellABoundedNumberOfBytesTogether() {
        Hubs.Listener listener = listenerOfTwoPartitions();
        a.inHand.add(9, 1);
        for (int seq = 1; seq <= 10_000; seq++) {
            a.publish(change(3, seq, "m"));
        }
        assertEquals(3, listener.frames.size(), "of 11 bytes each and 32 KiB together");
    }

    @Test
    void shouldTellTogetherOnlyWhatTheSameOnesWant() {
        Hubs.Listener listener = listenerOfTwoPartitions();
        Hubs.Listener other = a.listener(1, "n");
        a.inHand.add(9, 1);
        a.publish(change(3, 7, "m"));
        a.publish(change(4, 1, "m"));
        a.publish(change(3, 8, "n"));
        a.publish(new Change.Pruned(3, 9, 1_000));
        a.publish(change(3, 10, "m", "n"));
        a.run(new Hub.Flush());
        assertEquals(List.of(2, 1, 1), listener.frames);
        assertEquals(List.of(7L, 1L, 9L, 10L), listener.seqs());
        assertEquals(List.of(8L, 9L, 10L), other.seqs());
    }

    @Test
    void shouldTellANewSubscriberNothingOfBefore() {
        listenerOfTwoPartitions();
        a.inHand.add(9, 1);
        a.publish(change(3, 7, "m"));
        Hubs.Listener late = a.listener(1, "m");
        a.publish(change(3, 8, "m"));
        a.run(new Hub.Flush());
        assertEquals(List.of(8L), late.seqs());
    }

    @Test
    void shouldTellWhatWaitsBeforeItTellsOfAnotherSource() {
        Hubs.Listener listener = listenerOfTwoPartitions();
        Source before = listener.sources.of(3).orElseThrow();
        a.inHand.add(9, 1);
        a.publish(change(3, 7, "m"));
        a.letGo(3);
        a.hold(3);
        hubs.settle();
        assertEquals(List.of(7L), listener.seqs());
        assertFalse(listener.sources.of(3).orElseThrow().is(before));
    }

    private Hubs.Listener listenerOfAnotherNode() {
        b.hold(3);
        b.hold(4);
        hubs.settle();
        Hubs.Listener listener = a.listener(1, "m");
        hubs.settle();
        return listener;
    }

    @Test
    void shouldForwardTogetherWhatTheJournalsHaveInHand() {
        Hubs.Listener listener = listenerOfAnotherNode();
        b.inHand.add(3, 1);
        b.inHand.add(4, 1);
        b.publish(change(3, 7, "m"));
        hubs.settle();
        assertEquals(List.of(), listener.frames);
        b.publish(change(4, 1, "m"));
        hubs.settle();
        assertEquals(List.of(2), listener.frames);
    }

    @Test
    void shouldForwardWhatWaitsBeforeItConfirmsAgainWhatIsWanted() {
        Hubs.Listener listener = listenerOfAnotherNode();
        SourceTable before = listener.sources;
        b.inHand.add(9, 1);
        b.publish(change(3, 7, "m"));
        a.run(new Hub.Tick());
        hubs.settle();
        assertEquals(List.of(7L), listener.seqs());
        b.publish(change(3, 8, "m"));
        a.listener(1, "n");
        hubs.settle();
        a.run(new Hub.Tick());
        hubs.settle();
        assertEquals(List.of(7L, 8L), listener.seqs());
        assertEquals("{}", before.differing(listener.sources).toString(), "nothing was lost");
    }
}
