package io.topgun.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.Directory;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.node.cluster.Replicas;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.LocalReplicas;
import io.topgun.node.partition.Submission;
import io.topgun.node.partition.Submit;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.junit.jupiter.api.Test;

class RemoteWritesTest {
    private static final int PARTITION = 3;
    private static final long TIMEOUT_MS = 1_000;

    /** Operations that were sent to a node. */
    private record Sent(NodeId to, Submit submit) {}

    private final List<Sent> sent = new ArrayList<>();
    private final List<Submission> done = new ArrayList<>();
    private final Set<String> away = new HashSet<>();
    private long nowMs;

    private final BehaviorTestKit<RemoteWrites.Command> writes = BehaviorTestKit.create(RemoteWrites.create(
            new GridSettings(Duration.ofMillis(TIMEOUT_MS), 10, Duration.ofSeconds(5)),
            new RemoteWrites.Ports(
                    new Fixed(),
                    new LocalReplicas(),
                    (to, partition, command) -> sent.add(new Sent(to, (Submit) command)),
                    () -> true,
                    () -> nowMs)));

    /** Two others have the partition live, one catches up, one does not have it. */
    private ClusterView view() {
        List<NodeInfo> nodes = Stream.of("self", "live1", "live2", "new", "other")
                .map(name -> new NodeInfo(id(name), 1, 1, "", !away.contains(name), false, replicas(name)))
                .toList();
        return new ClusterView(id("self"), nodes);
    }

    private static NodeId id(String name) {
        return new NodeId(name, 1);
    }

    private static Replicas replicas(String name) {
        return switch (name) {
            case "live1", "live2" -> Replicas.NONE.with(PARTITION, ReplicaState.LIVE);
            case "new" -> Replicas.NONE.with(PARTITION, ReplicaState.NEW);
            default -> Replicas.NONE;
        };
    }

    private final class Fixed implements Directory {
        @Override
        public ClusterView view() {
            return RemoteWritesTest.this.view();
        }

        @Override
        public void listen(Consumer<ClusterView> listener) {}

        @Override
        public void report(int partition, ReplicaState state) {}
    }

    private void send(int ops) {
        List<Op> all = new ArrayList<>();
        for (int id = 0; id < ops; id++) {
            all.add(new Op(id, "m", "k" + id, ValueCell.set(Stamp.of(1, 0, "w"), new byte[] {1}, Life.FOREVER)));
        }
        Submission submission = new Submission(1, Level.REPLICATED, done::add);
        writes.run(new RemoteWrites.Send(PARTITION, new Apply(all, 99, submission)));
    }

    private void tick(long afterMs) {
        nowMs += afterMs;
        writes.run(new RemoteWrites.Tick());
    }

    private void answer(Sent to, Level level, Rejection... rejections) {
        writes.run(new RemoteWrites.Answered(new Submit.Result(to.submit().tag(), List.of(rejections), level)));
    }

    private List<String> to() {
        return sent.stream().map(one -> one.to().address()).toList();
    }

    private List<ErrorCode> codes() {
        return done.getFirst().rejections().stream().map(Rejection::code).toList();
    }

    @Test
    void shouldTellWhatTheReplicaAnswers() {
        send(2);
        assertEquals(Level.REPLICATED, sent.getFirst().submit().level());
        assertEquals(99, sent.getFirst().submit().stampMsMax());
        answer(sent.getFirst(), Level.PERSISTED, new Rejection(1, ErrorCode.STALE, ""));
        assertEquals(Level.PERSISTED, done.getFirst().level());
        assertEquals(List.of(ErrorCode.STALE), codes());
        assertEquals(1, sent.size());
    }

    @Test
    void shouldTryTheLiveOnesFirstAndEachOnceBeforeItBeginsAgain() {
        send(1);
        for (int i = 0; i < 3; i++) {
            tick(TIMEOUT_MS);
        }
        assertEquals(Set.of("live1", "live2"), Set.copyOf(to().subList(0, 2)));
        assertEquals(List.of("new", to().getFirst()), to().subList(2, 4));
    }

    @Test
    void shouldWaitForAnAnswerAsLongAsTheSettingsSay() {
        send(1);
        tick(TIMEOUT_MS - 1);
        assertEquals(1, sent.size());
    }

    @Test
    void shouldTakeTheFirstAnswerWhoeverGivesIt() {
        send(1);
        tick(TIMEOUT_MS);
        answer(sent.getFirst(), Level.REPLICATED);
        answer(sent.getLast(), Level.APPLIED);
        assertEquals(1, done.size());
        assertEquals(Level.REPLICATED, done.getFirst().level());
    }

    @Test
    void shouldGoOnAtOnceWhenTheNodeIsGone() {
        send(1);
        away.add(to().getFirst());
        writes.run(new RemoteWrites.Seen(view()));
        assertEquals(Set.of("live1", "live2"), Set.copyOf(to()));
    }

    @Test
    void shouldGoOnAtOnceWhenAReplicaCannotTakeThem() {
        send(1);
        answer(sent.getFirst(), Level.REPLICATED, new Rejection(0, ErrorCode.NOT_PERSISTED, "stops"));
        assertEquals(2, sent.size());
        answer(sent.get(1), Level.PERSISTED);
        assertEquals(List.of(), codes());
    }

    @Test
    void shouldTellTheRefusalOfTheLastOne() {
        send(1);
        for (int i = 0; i < 3; i++) {
            answer(sent.get(i), Level.REPLICATED, new Rejection(0, ErrorCode.OVERLOADED, "busy"));
        }
        assertEquals(3, sent.size());
        assertEquals(List.of(ErrorCode.OVERLOADED), codes());
    }

    @Test
    void shouldGiveUpAfterAWhile() {
        send(2);
        for (int i = 0; i < 10 && done.isEmpty(); i++) {
            tick(TIMEOUT_MS);
        }
        assertEquals(List.of(ErrorCode.NOT_PERSISTED, ErrorCode.NOT_PERSISTED), codes());
        answer(sent.getFirst(), Level.REPLICATED);
        assertEquals(1, done.size());
    }

    @Test
    void shouldRefuseMoreThanItMayHaveOnTheWay() {
        send(8);
        send(3);
        assertEquals(11 - 8, codes().size());
        assertEquals(Set.of(ErrorCode.OVERLOADED), Set.copyOf(codes()));
        answer(sent.getFirst(), Level.PERSISTED);
        send(3);
        assertEquals(2, sent.size());
    }
}
