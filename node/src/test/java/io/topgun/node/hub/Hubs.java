package io.topgun.node.hub;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Partitions;
import io.topgun.node.cluster.ClusterMessage;
import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.Directory;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.node.cluster.Replicas;
import io.topgun.node.partition.Change;
import io.topgun.node.partition.InHand;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.Peers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.testkit.typed.Effect;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.typed.ActorRef;

/** The hubs of a few nodes over a network that loses messages when it is told to; everything happens on the test's thread. */
final class Hubs {
    static final long GRACE_MS = 5_000;
    static final byte[] NO_CELLS = {(byte) 0x83, (byte) 0x80, (byte) 0x80, 0};

    final Map<NodeId, Host> hosts = new LinkedHashMap<>();
    boolean losing;
    long nowMs;

    Hubs(String... names) {
        for (String name : names) {
            hosts.put(id(name), new Host(name, hosts.size()));
        }
        hosts.values().forEach(Host::start);
    }

    private static NodeId id(String name) {
        return new NodeId("pekko://topgun@" + name + ":1", 1);
    }

    Host host(String name) {
        return java.util.Objects.requireNonNull(hosts.get(id(name)));
    }

    /** Everybody sees the cluster as it is. */
    void tellView() {
        hosts.values().forEach(Host::tellView);
    }

    /** Everything that was sent arrives, and what comes of it. */
    void settle() {
        boolean busy = true;
        while (busy) {
            busy = false;
            for (Host host : hosts.values()) {
                busy |= host.runAll();
            }
        }
    }

    /** Remembers what it is told. */
    static final class Listener implements Subscriber {
        final List<SharedDelta> told = new ArrayList<>();
        final List<Integer> frames = new ArrayList<>();
        final List<Long> interests = new ArrayList<>();
        SourceTable sources = SourceTable.NONE;
        boolean isLost;

        @Override
        public void onChanges(SharedFrame frame) {
            for (SharedDelta delta : frame.deltas()) {
                Source now = sources.of(delta.change().partition()).orElseThrow();
                assertTrue(now.is(delta.source()), "told of another source than the one told of last");
            }
            told.addAll(frame.deltas());
            frames.add(frame.deltas().size());
        }

        @Override
        public void onInterest(long subId, SourceTable now) {
            interests.add(subId);
            sources = now;
        }

        @Override
        public void onSources(SourceTable now) {
            sources = now;
        }

        @Override
        public void onLost() {
            isLost = true;
        }

        List<Long> seqs() {
            return told.stream().map(delta -> delta.change().seq()).toList();
        }
    }

    /** A node as far as its hub is concerned. */
    final class Host implements Directory, Here, Peers {
        final NodeId id;
        final InHand inHand = new InHand();
        final SourceBoard board = new SourceBoard();
        private final long storeId;
        private final Map<Integer, Object> held = new HashMap<>();
        private final List<Consumer<ClusterView>> viewers = new ArrayList<>();
        private final List<IntConsumer> watchers = new ArrayList<>();
        private Optional<BehaviorTestKit<Hub.Command>> kit = Optional.empty();
        boolean isReachable = true;
        boolean isLeaving;

        private Host(String name, long storeId) {
            this.id = id(name);
            this.storeId = storeId;
        }

        private void start() {
            kit = Optional.of(BehaviorTestKit.create(Hub.create(new Hub.Ports(
                    this,
                    this,
                    inHand,
                    this,
                    node -> java.util.Objects.requireNonNull(hosts.get(node))
                            .kit()
                            .getRef(),
                    () -> nowMs,
                    Duration.ofMillis(GRACE_MS),
                    board))));
        }

        private BehaviorTestKit<Hub.Command> kit() {
            return kit.orElseThrow();
        }

        ActorRef<Hub.Command> ref() {
            return kit().getRef();
        }

        void run(Hub.Command command) {
            kit().run(command);
        }

        /** The timer that was started since the last question. */
        Optional<Duration> flushDue() {
            return kit().getAllEffects().stream()
                    .filter(effect ->
                            effect instanceof Effect.TimerScheduled<?> timer && timer.msg() instanceof Hub.Flush)
                    .map(effect -> ((Effect.TimerScheduled<?>) effect).duration())
                    .reduce((first, second) -> second);
        }

        void publish(Change change) {
            run(new Hub.Published(change));
        }

        Listener listener(long subId, String... maps) {
            Listener listener = new Listener();
            run(new Hub.Interest(listener, subId, Set.of(maps)));
            return listener;
        }

        /** Has a live replica of a partition from now on. */
        void hold(int partition) {
            held.put(partition, new Object());
            changed(partition);
        }

        void letGo(int partition) {
            held.remove(partition);
            changed(partition);
        }

        private void changed(int partition) {
            watchers.forEach(watcher -> watcher.accept(partition));
            Hubs.this.tellView();
        }

        ReplicaState state(int partition) {
            return held.containsKey(partition) ? ReplicaState.LIVE : ReplicaState.ABSENT;
        }

        private boolean runAll() {
            boolean any = kit().selfInbox().hasMessages();
            while (kit().selfInbox().hasMessages()) {
                kit().runOne();
            }
            return any;
        }

        private void tellView() {
            viewers.forEach(viewer -> viewer.accept(view()));
        }

        @Override
        public ClusterView view() {
            return new ClusterView(id, hosts.values().stream().map(Host::info).toList());
        }

        private NodeInfo info() {
            Replicas replicas = Replicas.NONE;
            for (int partition = 0; partition < Partitions.COUNT; partition++) {
                replicas = held.containsKey(partition) ? replicas.with(partition, ReplicaState.LIVE) : replicas;
            }
            return new NodeInfo(id, storeId, 1, "http://" + id.address(), isReachable, isLeaving, replicas);
        }

        @Override
        public void listen(Consumer<ClusterView> listener) {
            viewers.add(listener);
            listener.accept(view());
        }

        @Override
        public void report(int partition, ReplicaState state) {}

        @Override
        public Optional<?> of(int partition) {
            return Optional.ofNullable(held.get(partition));
        }

        @Override
        public void watch(IntConsumer listener) {
            watchers.add(listener);
        }

        @Override
        public void tell(NodeId to, int partition, PartitionReplica.Command command) {
            throw new AssertionError("hubs ask no replicas");
        }

        @Override
        public <M extends ClusterMessage> void reply(ActorRef<M> to, M message) {
            if (!losing) {
                to.tell(message);
            }
        }
    }
}
