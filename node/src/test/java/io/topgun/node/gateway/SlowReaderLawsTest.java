package io.topgun.node.gateway;

import static io.topgun.node.gateway.Changes.change;
import static io.topgun.node.gateway.Changes.entry;
import static io.topgun.node.gateway.Changes.pruned;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.node.hub.SharedDelta;
import io.topgun.node.hub.SharedFrame;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/** A reader of any speed that follows the positions of docs/PROTOCOL.md, section 4, misses no change. */
class SlowReaderLawsTest {
    /** Partitions that change; the other ones are empty and answer at once. */
    private static final int PARTITIONS = 3;

    /** What may happen next. */
    sealed interface Step {
        /** A replica changes; the hub will tell. */
        record Changed(int partition) implements Step {}

        /** A replica prunes, as a change of its own; the hub will tell. */
        record Pruned(int partition) implements Step {}

        /** The hub tells the session of some of the oldest changes that it was not told of, together. */
        record Tell(int changes) implements Step {}

        /** The socket takes a frame. */
        record Poll() implements Step {}

        /** A replica answers one of the questions that wait, with this many changes at most. */
        record Answer(int which, int changes) implements Step {}
    }

    /** Every change of a partition writes a key of its own, {@code p-seq}. */
    private static final class World {
        private final SessionPeer peer = new SessionPeer(150, 250, 8);
        private final long[] seqs = new long[PARTITIONS];
        /** Of each partition; it is the number of the change that pruned it, for short. */
        private final long[] frontiers = new long[PARTITIONS];

        private final Map<Integer, Set<Long>> keys = new HashMap<>();
        private final Map<Integer, NavigableSet<Long>> prunes = new HashMap<>();
        private final Map<Integer, Long> toldFrontiers = new HashMap<>();
        private final Queue<SharedDelta> untold = new ArrayDeque<>();
        private final Map<Integer, Long> chunks = new HashMap<>();
        private final Map<Integer, Long> positions = new HashMap<>();
        private final Set<String> received = new HashSet<>();
        private int synced;

        World() {
            peer.subscribe(1, List.of("m"), Map.of());
            answerTheEmpty();
        }

        void run(Step step) {
            switch (step) {
                case Step.Changed changed -> {
                    int partition = changed.partition();
                    long seq = ++seqs[partition];
                    keys.computeIfAbsent(partition, none -> new HashSet<>()).add(seq);
                    untold.add(change(partition, seq, entry("m", partition + "-" + seq, seq)));
                }
                case Step.Pruned prune -> {
                    int partition = prune.partition();
                    frontiers[partition] = ++seqs[partition];
                    prunes.computeIfAbsent(partition, none -> new TreeSet<>()).add(seqs[partition]);
                    untold.add(pruned(partition, seqs[partition], frontiers[partition]));
                }
                case Step.Tell tell -> {
                    List<SharedDelta> told = new ArrayList<>();
                    while (!untold.isEmpty() && told.size() < tell.changes() && areAlike(told, untold.element())) {
                        told.add(untold.remove());
                    }
                    if (!told.isEmpty()) {
                        peer.session.onChanges(SharedFrame.of(told));
                    }
                }
                case Step.Poll poll -> peer.poll().forEach(this::onMessage);
                case Step.Answer answer -> {
                    if (!peer.asked.isEmpty()) {
                        answer(peer.asked.remove(answer.which() % peer.asked.size()), answer.changes());
                    }
                }
            }
            answerTheEmpty();
        }

        private static boolean areAlike(List<SharedDelta> told, SharedDelta next) {
            return told.isEmpty()
                    || told.getFirst().change().getClass().equals(next.change().getClass());
        }

        private void answerTheEmpty() {
            List<SessionPeer.Asked> empty = new ArrayList<>();
            peer.asked.removeIf(asked -> asked.partition() >= PARTITIONS && empty.add(asked));
            empty.forEach(asked -> answer(asked, 1));
        }

        private void answer(SessionPeer.Asked asked, int changes) {
            PartitionReplica.Read read = (PartitionReplica.Read) asked.question();
            int partition = asked.partition();
            long last = partition < PARTITIONS ? seqs[partition] : 0;
            long frontier = partition < PARTITIONS ? frontiers[partition] : 0;
            long upTo = Math.min(last, read.from().seq() + changes);
            List<Entry> entries = LongStream.rangeClosed(read.from().seq() + 1, upTo)
                    .filter(seq -> isKey(partition, seq))
                    .mapToObj(seq -> entry("m", partition + "-" + seq, seq))
                    .toList();
            peer.session.onRead(
                    new ReadReply.Chunk(read.tag(), partition, Cursor.at(upTo), upTo < last, entries, frontier));
        }

        private boolean isKey(int partition, long seq) {
            return keys.getOrDefault(partition, Set.of()).contains(seq);
        }

        private void onMessage(Message message) {
            switch (message) {
                case Message.Snapshot chunk -> {
                    merge(chunk.entries());
                    if (!chunk.more()) {
                        chunks.put(chunk.partition(), chunk.seq());
                        chunk.frontierMs().ifPresent(ms -> toldFrontiers.merge(chunk.partition(), ms, Math::max));
                    }
                    position(chunk.partition(), chunk.more() ? 0 : chunk.seq());
                }
                case Message.Delta delta -> {
                    merge(delta.entries());
                    position(delta.partition(), delta.seq());
                }
                case Message.Frontier frontier -> {
                    if (chunks.containsKey(frontier.partition())) { // else passed over
                        toldFrontiers.merge(frontier.partition(), frontier.frontierMs(), Math::max);
                    }
                    position(frontier.partition(), frontier.seq());
                }
                case Message.Synced done -> synced++;
                default -> throw new AssertionError("not part of this: " + message);
            }
        }

        private void merge(List<Entry> entries) {
            entries.forEach(entry -> received.add(entry.key()));
        }

        /** Nothing behind the position may be missing, nor untold what was pruned there: nobody would tell it again. */
        private void position(int partition, long seq) {
            long position = positions.merge(partition, seq, Math::max);
            if (chunks.containsKey(partition)) {
                for (long before = 1; before <= position; before++) {
                    String key = partition + "-" + before;
                    assertTrue(
                            received.contains(key) || !isKey(partition, before),
                            "position " + position + " without " + key);
                }
                Long pruned = prunes.getOrDefault(partition, new TreeSet<>()).floor(position);
                assertTrue(
                        pruned == null || toldFrontiers.getOrDefault(partition, 0L) >= pruned,
                        "position " + position + " without the frontier " + pruned);
            }
        }

        /** Everything comes to rest: all are told, answered and polled. */
        void settle() {
            while (!untold.isEmpty()) {
                run(new Step.Tell(2));
            }
            boolean busy = true;
            while (busy) {
                List<Message> some = peer.poll();
                some.forEach(this::onMessage);
                busy = !some.isEmpty() || !peer.asked.isEmpty();
                run(new Step.Answer(0, 2));
            }
        }
    }

    @Provide
    Arbitrary<Step> steps() {
        Arbitrary<Step> changes =
                Arbitraries.integers().between(0, PARTITIONS - 1).map(Step.Changed::new);
        Arbitrary<Step> prunes =
                Arbitraries.integers().between(0, PARTITIONS - 1).map(Step.Pruned::new);
        Arbitrary<Step> answers = Combinators.combine(
                        Arbitraries.integers().between(0, 7),
                        Arbitraries.integers().between(1, 3))
                .as(Step.Answer::new);
        return Arbitraries.frequencyOf(
                Tuple.of(4, changes),
                Tuple.of(1, prunes),
                Tuple.of(4, Arbitraries.integers().between(1, 12).map(Step.Tell::new)),
                Tuple.of(2, Arbitraries.just(new Step.Poll())),
                Tuple.of(3, answers));
    }

    @Property(tries = 300)
    void noPositionIsAheadOfAChange(@ForAll("manySteps") List<Step> steps) {
        World world = new World();
        steps.forEach(world::run);
        world.settle();
        assertEquals(1, world.synced);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            for (long seq = 1; seq <= world.seqs[partition]; seq++) {
                assertTrue(world.received.contains(partition + "-" + seq) || !world.isKey(partition, seq));
            }
            assertEquals(world.frontiers[partition], world.toldFrontiers.getOrDefault(partition, 0L));
            assertEquals(world.seqs[partition], world.positions.get(partition));
        }
    }

    @Provide
    Arbitrary<List<Step>> manySteps() {
        return steps().list().ofMinSize(50).ofMaxSize(300);
    }

    @Test
    void shouldSendNoLaterChangeAheadOfAGapThatIsReadInSeveralChunks() {
        World world = new World();
        world.settle();
        for (int i = 0; i < 20; i++) {
            world.run(new Step.Changed(0));
            world.run(new Step.Tell(1));
        }
        for (int i = 0; i < 15; i++) {
            world.run(new Step.Poll());
            world.run(new Step.Changed(0));
            world.run(new Step.Tell(1));
            world.run(new Step.Answer(0, 3));
        }
        world.settle();
        assertEquals(35, world.positions.get(0));
    }
}
