package io.topgun.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Partitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The first of some nodes looks whether it is ready, and whether it may go. */
class ReadinessTest {
    private static final long LONG_MS = 60_000;

    /** A directory whose nodes are set by the test. */
    private static final class Nodes implements Directory {
        private final List<Consumer<ClusterView>> listeners = new ArrayList<>();
        private ClusterView view = new ClusterView(id(1), List.of(node(1, false, Replicas.NONE)));

        synchronized void set(NodeInfo... nodes) {
            view = new ClusterView(id(1), List.of(nodes));
            listeners.forEach(listener -> listener.accept(view));
        }

        @Override
        public synchronized ClusterView view() {
            return view;
        }

        @Override
        public synchronized void listen(Consumer<ClusterView> listener) {
            listeners.add(listener);
            listener.accept(view);
        }

        @Override
        public void report(int partition, ReplicaState state) {
            throw new AssertionError("nobody reports here");
        }
    }

    private final Nodes nodes = new Nodes();

    private static NodeId id(int number) {
        return new NodeId("pekko://topgun@127.0.0." + number + ":7270", number);
    }

    private static NodeInfo node(int number, boolean isLeaving, Replicas replicas) {
        return new NodeInfo(id(number), number, 1, "", true, isLeaving, replicas);
    }

    private static Replicas all(ReplicaState state) {
        return new Replicas(String.valueOf(state.letter()).repeat(Partitions.COUNT));
    }

    @Test
    void shouldBeReadyWhenItsReplicasAreLiveAndNoneIsMissing() {
        Readiness readiness = new Readiness(nodes, 2);
        assertEquals(Optional.of("0 of 271 partitions are live"), readiness.whyNot());
        nodes.set(node(1, false, Replicas.NONE), node(2, false, all(ReplicaState.LIVE)));
        assertEquals(Optional.of("replicas are being placed"), readiness.whyNot());
        nodes.set(
                node(1, false, all(ReplicaState.LIVE).with(7, ReplicaState.RETURNING)),
                node(2, false, all(ReplicaState.LIVE)));
        assertEquals(Optional.of("270 of this node's 271 replicas are live"), readiness.whyNot());
        assertFalse(readiness.whenSettled().toCompletableFuture().isDone());
        nodes.set(node(1, false, all(ReplicaState.LIVE)), node(2, false, all(ReplicaState.LIVE)));
        assertEquals(Optional.empty(), readiness.whyNot());
        assertTrue(readiness.whenSettled().toCompletableFuture().isDone());
    }

    @Test
    void shouldStayReadyWhenOnlyOthersLackReplicas() {
        Readiness readiness = new Readiness(nodes, 2);
        nodes.set(node(1, false, all(ReplicaState.LIVE)), node(2, false, all(ReplicaState.LIVE)));
        nodes.set(node(1, false, all(ReplicaState.LIVE)), node(2, false, Replicas.NONE));
        assertEquals(Optional.empty(), readiness.whyNot());
    }

    private CompletableFuture<Void> leave() {
        return new Readiness(nodes, 3).whenDispensable(LONG_MS).toCompletableFuture();
    }

    @Test
    void shouldGoAtOnceWhenAlone() {
        assertTrue(leave().isDone());
    }

    @Test
    void shouldGoWhenEachOfItsPartitionsIsLiveOnTwoThatStay() throws Exception {
        Replicas live = all(ReplicaState.LIVE);
        nodes.set(node(1, true, live), node(2, true, live), node(3, false, live), node(4, false, Replicas.NONE));
        CompletableFuture<Void> leave = leave();
        assertThrows(TimeoutException.class, () -> leave.get(2, TimeUnit.SECONDS), "only one that stays has them");
        nodes.set(node(1, true, live), node(2, true, live), node(3, false, live), node(4, false, live));
        leave.get(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldGoAtLastWhateverTheOthersHave() throws Exception {
        nodes.set(node(1, true, all(ReplicaState.LIVE)), node(2, false, Replicas.NONE));
        new Readiness(nodes, 3).whenDispensable(1_500).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
