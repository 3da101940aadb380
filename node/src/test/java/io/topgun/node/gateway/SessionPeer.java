package io.topgun.node.gateway;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.topgun.node.hub.SharedDelta;
import io.topgun.node.hub.Subscriber;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.Level;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;

/** A session with both its sides in hand: what it asks waits until a test answers it. */
final class SessionPeer {
    static final long STORE = 77;
    static final long INCARNATION = 3;

    /** A question to a partition that was not answered yet. */
    record Asked(int partition, PartitionReplica.Command question) {}

    final List<Asked> asked = new ArrayList<>();
    final List<Apply> submitted = new ArrayList<>();
    final Session session;

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
                new Session.Host("node", STORE, INCARNATION, Level.PERSISTED),
                new HeldGrid(),
                () -> 1_000,
                new SessionMetrics(new SimpleMeterRegistry()),
                new Session.Ports(
                        new Deaf(),
                        TestInbox.<ReadReply>create().getRef(),
                        frame -> this.session().onOpsDone(frame)));
        receive(Message.Hello.of("w", Optional.empty(), 0, "test"));
        pollAll();
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
        public boolean ask(int partition, PartitionReplica.Command question) {
            return asked.add(new Asked(partition, question));
        }

        @Override
        public void interest(Subscriber subscriber, long tag, Set<String> maps) {
            session().onInterest(tag);
        }

        @Override
        public void noInterest(Subscriber subscriber, Set<String> maps) {}
    }

    private static final class Deaf implements Subscriber {
        @Override
        public void onChange(SharedDelta delta) {
            throw new AssertionError("changes are given to the session itself");
        }

        @Override
        public void onInterest(long tag) {
            throw new AssertionError("interest is told to the session itself");
        }
    }
}
