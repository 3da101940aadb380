package io.topgun.node.gateway;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.topgun.crdt.Partitions;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.hub.SharedFrame;
import io.topgun.node.hub.Source;
import io.topgun.node.hub.SourceTable;
import io.topgun.node.hub.Subscriber;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
import io.topgun.node.partition.SharedChunk;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;

/** A session with both its sides in hand: what it asks waits until a test answers it. */
final class SessionPeer {
    static final long STORE = 77;
    static final long INCARNATION = 3;

    static final Source OWN = new Source(new NodeId("own", 1), STORE, INCARNATION, 0, 0);

    /** A question to a source that was not answered yet. */
    record Asked(Source source, int partition, PartitionReplica.Command question) {}

    final List<Asked> asked = new ArrayList<>();
    final List<Apply> submitted = new ArrayList<>();
    final Session session;
    SourceTable sources = table(OWN);
    /** What is known of where the logs end. */
    Ends ends = (source, partition, seq) -> false;
    /** What others were told. */
    Recently recent = (source, partition, from) -> Optional.empty();
    /** What the hub does with the interest that it is told. */
    LongConsumer told = this::tellInterest;

    /** Whether the log of a partition ends with a change. */
    @FunctionalInterface
    interface Ends {
        boolean test(Source source, int partition, long seq);
    }

    /** What who read a partition from a cursor was told. */
    @FunctionalInterface
    interface Recently {
        Optional<ReadReply.Chunk> of(Source source, int partition, Cursor from);
    }

    SessionPeer(int frameBytes, int outboxBytesMax, int readsMax) {
        SessionSettings settings = new SessionSettings(
                Limits.defaults(),
                List.of(),
                frameBytes,
                100,
                outboxBytesMax,
                100,
                readsMax,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        session = new Session(
                settings,
                new Session.Host("node", STORE, INCARNATION, () -> Level.PERSISTED, List::of),
                new HeldGrid(),
                () -> 1_000,
                new SessionMetrics(new SimpleMeterRegistry()),
                new Session.Ports(
                        new Deaf(),
                        new Answers.Address(TestInbox.<ReadReply>create().getRef(), 0),
                        frame -> this.session().onOpsDone(frame)));
        receive(Message.Hello.of("w", Optional.empty(), 0, "test"));
        pollAll();
    }

    /** Where every partition has the same source. */
    private static SourceTable table(Source source) {
        Map<Integer, Optional<Source>> all = new HashMap<>();
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            all.put(partition, Optional.of(source));
        }
        return SourceTable.NONE.with(all);
    }

    /** A partition has another source from now on, or none. */
    void switchTo(int partition, Optional<Source> source) {
        sources = sources.with(Map.of(partition, source));
        session.onSources(sources);
    }

    /** The hub tells every change from now on. */
    void tellInterest(long tag) {
        session.onInterest(tag, sources);
    }

    private Session session() {
        return session;
    }

    void receive(Message message) {
        session.onFrame(MessageCodec.encode(message));
    }

    void subscribe(long subId, List<String> maps, Map<Integer, Position> positions) {
        receive(new Message.Subscribe(subId, maps, positions));
    }

    /** Subscribes and brings the subscription to rest. */
    void subscribed(long subId, String map) {
        subscribe(subId, List.of(map), Map.of());
        while (!asked.isEmpty()) {
            session.onRead(empty(asked.removeFirst()));
            pollAll();
        }
    }

    private static ReadReply empty(Asked asked) {
        PartitionReplica.Read read = (PartitionReplica.Read) asked.question();
        return chunk(read, asked.partition(), 0, List.of());
    }

    static ReadReply chunk(PartitionReplica.Read read, int partition, long seq, List<Entry> entries) {
        return new ReadReply.Chunk(read.tag(), partition, Cursor.at(seq), false, entries, 0);
    }

    /** A source on another node. */
    static Source other(long epoch) {
        return new Source(new NodeId("other", 1), 78, 5, 1, epoch);
    }

    /** The messages of the next frame. */
    List<Message> poll() {
        return Changes.messages(session.poll());
    }

    /** The messages of all frames there are. */
    List<Message> pollAll() {
        List<Message> all = new ArrayList<>();
        for (List<Message> some = poll(); !some.isEmpty(); some = poll()) {
            all.addAll(some);
        }
        return all;
    }

    private final class HeldGrid implements Grid {
        @Override
        public Optional<String> fault() {
            return Optional.empty();
        }

        @Override
        public void submit(int partition, Apply apply) {
            submitted.add(apply);
        }

        @Override
        public void ask(Source source, int partition, PartitionReplica.Command question) {
            asked.add(new Asked(source, partition, question));
        }

        @Override
        public boolean endsWith(Source source, int partition, long seq) {
            return ends.test(source, partition, seq);
        }

        @Override
        public Optional<SharedChunk> recent(Source source, int partition, Set<String> maps, Cursor from) {
            return recent.of(source, partition, from).map(chunk -> new SharedChunk(maps, from, chunk));
        }

        @Override
        public void interest(Subscriber subscriber, long tag, Set<String> maps) {
            told.accept(tag);
        }

        @Override
        public void noInterest(Subscriber subscriber, Set<String> maps) {}
    }

    private static final class Deaf implements Subscriber {
        @Override
        public void onChanges(SharedFrame frame) {
            throw new AssertionError("changes are given to the session itself");
        }

        @Override
        public void onInterest(long tag, SourceTable sources) {
            throw new AssertionError("interest is told to the session itself");
        }

        @Override
        public void onSources(SourceTable sources) {
            throw new AssertionError("sources are told to the session itself");
        }

        @Override
        public void onLost() {
            throw new AssertionError("a loss is told to the session itself");
        }
    }
}
