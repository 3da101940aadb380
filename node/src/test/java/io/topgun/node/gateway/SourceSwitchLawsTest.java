package io.topgun.node.gateway;

import static io.topgun.node.gateway.Changes.change;
import static io.topgun.node.gateway.Changes.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.node.cluster.NodeId;
import io.topgun.node.hub.SharedDelta;
import io.topgun.node.hub.SharedFrame;
import io.topgun.node.hub.Source;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Wherever its partitions are read from meanwhile, a client that follows the protocol ends with what the last source has. */
class SourceSwitchLawsTest {
    /** Partitions that change and switch; the other ones are empty and answer at once. */
    private static final int PARTITIONS = 2;

    private static final int REPLICAS = 3;

    /** What may happen next. */
    sealed interface Step {
        /** A replica has a key that it did not have: one that nobody had, or one of another replica. */
        record Changed(int partition, int replica, int of) implements Step {}

        /** The hub comes to the oldest of what it has not looked at: changes, and that the client wants them. */
        record Tell(int changes) implements Step {}

        /** The socket takes a frame. */
        record Poll() implements Step {}

        /** A replica answers one of the questions that wait, with this many changes at most. */
        record Answer(int which, int changes) implements Step {}

        /** A question or its answer is lost. */
        record Lose(int which) implements Step {}

        /** A period is over after which what has no answer is asked again. */
        record Period() implements Step {}

        /** A partition is read from another replica, from the same anew, or from none. */
        record Switch(int partition, int replica) implements Step {}
    }

    /** What the hub is told, in this order. */
    private sealed interface Told {
        record Published(int partition, int replica, long seq, String key) implements Told {}

        record Interest(long tag) implements Told {}
    }

    /** What one replica has of a partition: its keys in the order of their numbers. */
    private static final class Log {
        private final List<String> keys = new ArrayList<>();

        boolean add(String key) {
            return !keys.contains(key) && keys.add(key);
        }

        List<Entry> entries(long from, long to) {
            return keys.subList((int) from, (int) to).stream()
                    .map(key -> entry("m", key, 1))
                    .toList();
        }
    }

    private static final class World {
        private final SessionPeer peer = new SessionPeer(150, 400, 8);
        private final Log[][] logs = new Log[PARTITIONS][REPLICAS];
        private final int[] sources = new int[PARTITIONS];
        private final Queue<Told> untold = new ArrayDeque<>();
        private final ProtocolClient client = new ProtocolClient(peer, "m", PARTITIONS, this::keysUpTo);
        private long epoch = 1;
        private int nextKey;
        private boolean isInterested;

        /**
         * The replica that is read first has so many keys in each partition; the client was there at so many of them, and perhaps others
         * who read all that is new at any time.
         */
        World(int had, int left, boolean othersReadTheSame) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                for (int replica = 0; replica < REPLICAS; replica++) {
                    logs[partition][replica] = new Log();
                }
                List<String> keys = logs[partition][0].keys;
                while (keys.size() < had) {
                    keys.add(partition + "-" + nextKey++);
                }
                if (left > 0) {
                    int seq = Math.min(left, had);
                    client.left(partition, keys.subList(0, seq), seq);
                }
            }
            peer.ends = (source, partition, seq) ->
                    source.ref() == 0 && partition < PARTITIONS && logs[partition][0].keys.size() == seq;
            peer.recent = (source, partition, from) ->
                    othersReadTheSame && source.ref() == 0 && partition < PARTITIONS && from.seq() >= 0
                            ? Optional.of(toTheEnd(partition, from))
                            : Optional.empty();
            peer.told = tag -> untold.add(new Told.Interest(tag));
            client.subscribe();
            answerTheEmpty();
        }

        private ReadReply.Chunk toTheEnd(int partition, Cursor from) {
            long last = logs[partition][0].keys.size();
            List<Entry> entries = logs[partition][0].entries(from.seq(), last);
            return new ReadReply.Chunk(-1, partition, Cursor.at(last), false, entries, 0);
        }

        private List<String> keysUpTo(int partition, int ref, long seq) {
            return logs[partition][ref].keys.subList(0, (int) seq);
        }

        void run(Step step) {
            switch (step) {
                case Step.Changed changed -> grow(changed);
                case Step.Tell tell -> tell(tell.changes());
                case Step.Poll poll -> client.poll();
                case Step.Answer answer -> take(answer.which()).ifPresent(asked -> answer(asked, answer.changes()));
                case Step.Lose lose -> take(lose.which());
                case Step.Period period -> peer.session.askAgain();
                case Step.Switch other -> switchTo(other.partition(), other.replica());
            }
            answerTheEmpty();
        }

        private void grow(Step.Changed changed) {
            Log log = logs[changed.partition()][changed.replica()];
            List<String> others = logs[changed.partition()][changed.of()].keys;
            boolean isOwn = changed.of() == changed.replica() || others.isEmpty();
            String key = isOwn ? changed.partition() + "-" + nextKey++ : others.get(nextKey % others.size());
            if (log.add(key)) {
                untold.add(new Told.Published(changed.partition(), changed.replica(), log.keys.size(), key));
            }
        }

        private void tell(int changes) {
            List<SharedDelta> told = new ArrayList<>();
            while (!untold.isEmpty() && told.size() < changes) {
                switch (untold.remove()) {
                    case Told.Interest interest -> {
                        isInterested = true;
                        peer.tellInterest(interest.tag());
                    }
                    case Told.Published next -> {
                        if (isInterested && sources[next.partition()] == next.replica()) {
                            Source source = peer.sources.of(next.partition()).orElseThrow();
                            told.add(change(source, next.partition(), next.seq(), entry("m", next.key(), 1)));
                        }
                    }
                }
            }
            if (!told.isEmpty()) {
                peer.session.onChanges(SharedFrame.of(told));
            }
        }

        /** What was published before is not forwarded: its hub had not promised it. */
        private void switchTo(int partition, int replica) {
            untold.removeIf(told -> told instanceof Told.Published published && published.partition() == partition);
            sources[partition] = replica;
            peer.switchTo(partition, replica == REPLICAS ? Optional.empty() : Optional.of(source(replica)));
        }

        private Source source(int replica) {
            return new Source(
                    new NodeId("n" + replica, 1),
                    SessionPeer.STORE + replica,
                    SessionPeer.INCARNATION,
                    replica,
                    epoch++);
        }

        private Optional<SessionPeer.Asked> take(int which) {
            answerTheEmpty();
            return peer.asked.isEmpty() ? Optional.empty() : Optional.of(peer.asked.remove(which % peer.asked.size()));
        }

        private void answerTheEmpty() {
            for (int i = 0; i < peer.asked.size(); ) {
                if (peer.asked.get(i).partition() < PARTITIONS) {
                    i++;
                } else {
                    SessionPeer.Asked asked = peer.asked.remove(i);
                    PartitionReplica.Read read = (PartitionReplica.Read) asked.question();
                    peer.session.onRead(
                            new ReadReply.Chunk(read.tag(), asked.partition(), Cursor.at(0), false, List.of(), 0));
                }
            }
        }

        private void answer(SessionPeer.Asked asked, int changes) {
            Log log = logs[asked.partition()][asked.source().ref()];
            long last = log.keys.size();
            peer.session.onRead(
                    switch (asked.question()) {
                        case PartitionReplica.Read read
                        when read.from().seq() < 0 -> digests(read.tag(), asked.partition(), log);
                        case PartitionReplica.Read read -> {
                            long upTo = Math.min(last, read.from().seq() + changes);
                            List<Entry> entries = log.entries(read.from().seq(), upTo);
                            yield new ReadReply.Chunk(
                                    read.tag(), asked.partition(), Cursor.at(upTo), upTo < last, entries, 0);
                        }
                        case PartitionReplica.ReadDigests read -> digests(read.tag(), asked.partition(), log);
                        case PartitionReplica.ReadBuckets read ->
                            new ReadReply.Buckets(
                                    read.tag(), asked.partition(), "m", 0, read.buckets(), log.entries(0, last));
                        default -> throw new AssertionError("not asked by this client: " + asked);
                    });
        }

        private static ReadReply digests(long tag, int partition, Log log) {
            long[] digests = {ProtocolClient.digest(log.keys)};
            return new ReadReply.Digests(tag, partition, "m", log.keys.size(), 0, 8, digests, 0, true);
        }

        /** Everything comes to rest: all are told, answered and polled; what was lost is asked again. */
        void settle() {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                if (sources[partition] == REPLICAS) {
                    switchTo(partition, partition);
                }
            }
            for (int quiet = 0; quiet < 4; ) {
                boolean busy = !untold.isEmpty() || !peer.asked.isEmpty();
                run(new Step.Tell(2));
                run(new Step.Answer(0, 2));
                busy |= client.poll();
                if (!busy) {
                    run(new Step.Period());
                    quiet++;
                }
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> partitions = Arbitraries.integers().between(0, PARTITIONS - 1);
        Arbitrary<Integer> replicas = Arbitraries.integers().between(0, REPLICAS - 1);
        Arbitrary<Integer> which = Arbitraries.integers().between(0, 7);
        Arbitrary<Step> changes =
                Combinators.combine(partitions, replicas, replicas).as(Step.Changed::new);
        Arbitrary<Step> answers =
                Combinators.combine(which, Arbitraries.integers().between(1, 3)).as(Step.Answer::new);
        Arbitrary<Step> switches = Combinators.combine(
                        partitions, Arbitraries.integers().between(0, REPLICAS))
                .as(Step.Switch::new);
        return Arbitraries.frequencyOf(
                        Tuple.of(6, changes),
                        Tuple.of(5, Arbitraries.integers().between(1, 4).map(Step.Tell::new)),
                        Tuple.of(4, Arbitraries.just(new Step.Poll())),
                        Tuple.of(5, answers),
                        Tuple.of(1, which.map(Step.Lose::new)),
                        Tuple.of(1, Arbitraries.just(new Step.Period())),
                        Tuple.of(1, switches))
                .list()
                .ofMinSize(50)
                .ofMaxSize(250);
    }

    @Property(tries = 400)
    void aClientEndsWithWhatItsSourcesHave(
            @ForAll("steps") List<Step> steps,
            @ForAll @IntRange(max = 3) int had,
            @ForAll @IntRange(max = 3) int left,
            @ForAll boolean othersReadTheSame) {
        World world = new World(had, left, othersReadTheSame);
        steps.forEach(world::run);
        world.settle();
        assertEquals(1, world.client.synced);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<String> keys = world.logs[partition][world.sources[partition]].keys;
            assertEquals(keys.stream().sorted().toList(), world.client.keys(partition));
            assertEquals((long) keys.size(), world.client.position(partition));
        }
    }
}
