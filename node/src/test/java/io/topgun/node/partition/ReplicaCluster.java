package io.topgun.node.partition;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.topgun.crdt.Cell;
import io.topgun.node.clock.ClockSettings;
import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.ClusterMessage;
import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.Directory;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.node.cluster.Replicas;
import io.topgun.node.settings.NodeSettings;
import io.topgun.persistence.rocksdb.RocksPersistence;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.japi.function.Function;

/** Real replicas of one partition on real stores, an actor system each, in one process; a test cuts the links between them. */
final class ReplicaCluster implements AutoCloseable {
    static final Duration WAIT = Duration.ofSeconds(30);
    static final int PARTITION = 7;
    private static final Set<String> MAPS = Set.of("m", "n");

    private final Path dir;
    private final Map<String, Object> overrides;
    final List<Machine> machines = new ArrayList<>();
    private final Set<Set<Integer>> cut = new HashSet<>();
    private final Random random = new Random(271);
    private Predicate<ClusterMessage> isLost = message -> false;
    private double lossRate;

    ReplicaCluster(Path dir, int count, Map<String, Object> overrides) {
        this.dir = dir;
        this.overrides = overrides;
        for (int i = 0; i < count; i++) {
            machines.add(new Machine(i));
        }
        machines.forEach(Machine::start);
    }

    /** A node: its disk, and what runs on it. */
    final class Machine {
        final int index;
        private int disk;
        private Optional<Running> running = Optional.empty();

        Machine(int index) {
            this.index = index;
        }

        void start() {
            Running started = new Running(this, dir.resolve("n" + index + "-" + disk));
            synchronized (ReplicaCluster.this) {
                running = Optional.of(started);
            }
            started.spawn();
        }

        /** Ends it at once, whatever is on its way. */
        void kill() {
            Running killed = running();
            synchronized (ReplicaCluster.this) {
                running = Optional.empty();
            }
            changed();
            killed.kit.shutdownTestKit();
            killed.kit.system().getWhenTerminated().toCompletableFuture().join();
        }

        boolean isRunning() {
            return running.isPresent();
        }

        void wipe() {
            disk++;
        }

        Running running() {
            return running.orElseThrow();
        }

        ReplicaState state() {
            return running().info.replicas().of(PARTITION);
        }

        ReplicationMetrics metrics() {
            return running().replicas.metrics();
        }

        void awaitLive() {
            await().atMost(WAIT)
                    .until(() -> running().replicas.readable(PARTITION).isPresent());
        }

        /** Tells the replica to hand over; done when it has stopped. */
        void handOver() {
            running().replica.tell(new PartitionReplica.Stop());
        }

        boolean hasReplica() {
            return running().replicas.reachable(PARTITION).isPresent();
        }

        CompletableFuture<Submission> write(Level wanted, String key, Cell cell) {
            return write(wanted, List.of(new Op(1, "m", key, cell)));
        }

        CompletableFuture<Submission> write(Level wanted, List<Op> ops) {
            CompletableFuture<Submission> done = new CompletableFuture<>();
            await().pollDelay(Duration.ZERO)
                    .atMost(WAIT)
                    .until(() -> running().replicas.of(PARTITION).isPresent());
            running()
                    .replicas
                    .of(PARTITION)
                    .orElseThrow()
                    .inbox()
                    .submit(new Apply(ops, Long.MAX_VALUE, new Submission(1, wanted, done::complete)));
            return done.orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS);
        }

        Set<Entry> content() {
            ReadReply.Chunk chunk = (ReadReply.Chunk)
                    ask(replyTo -> new PartitionReplica.Read(0, MAPS, Cursor.START, 100 << 20, replyTo));
            return Set.copyOf(chunk.entries());
        }

        Cell cell(String key) {
            return content().stream()
                    .filter(entry -> entry.key().equals(key))
                    .findFirst()
                    .orElseThrow()
                    .cell();
        }

        List<Long> digests() {
            List<Long> all = new ArrayList<>();
            for (String map : MAPS) {
                ReadReply.Digests digests =
                        (ReadReply.Digests) ask(replyTo -> new PartitionReplica.ReadDigests(0, map, 1, 8, replyTo));
                Arrays.stream(digests.digests()).forEach(all::add);
            }
            return all;
        }

        private ReadReply ask(Function<ActorRef<ReadReply>, PartitionReplica.Command> how) {
            Running now = running();
            return AskPattern.<PartitionReplica.Command, ReadReply>ask(now.replica, how, WAIT, now.kit.scheduler())
                    .toCompletableFuture()
                    .join();
        }
    }

    /** One run of a node. */
    final class Running implements Directory, Peers {
        private final Machine machine;
        private final ActorTestKit kit;
        private final NodeSettings settings;
        final LocalReplicas replicas = new LocalReplicas();
        private volatile NodeInfo info;
        private ActorRef<PartitionReplica.Command> replica;

        Running(Machine machine, Path disk) {
            this.machine = machine;
            settings = NodeSettings.load(Optional.empty(), Map.of("topgun.data-dir", disk.toString()));
            Config config = ConfigFactory.parseMap(overrides)
                    .withFallback(ConfigFactory.parseMap(
                            Map.of("pekko.actor.provider", "local", "pekko.loglevel", "WARNING")))
                    .withFallback(settings.config());
            kit = ActorTestKit.create("n" + machine.index, config);
            RocksPersistence store = RocksPersistence.get(kit.system());
            info = new NodeInfo(
                    new NodeId("n" + machine.index, store.incarnation() + 1_000L * machine.disk),
                    store.storeId(),
                    store.incarnation(),
                    "",
                    true,
                    false,
                    Replicas.NONE);
            replica = kit.system().ignoreRef();
        }

        void spawn() {
            NodeClock clock = new NodeClock(
                    new ClockSettings(Duration.ofSeconds(60), Duration.ofSeconds(60)),
                    () -> 1_000_000,
                    () -> 1_000_000);
            replica = kit.spawn(PartitionReplica.create(
                    PARTITION,
                    ReplicaSettings.of(kit.system().settings().config().getConfig("topgun.replica")),
                    new ReplicaPorts(
                            clock,
                            Histories.SIP,
                            replicas,
                            Optional::empty,
                            this,
                            this,
                            Level.PERSISTED,
                            new InHand(),
                            change -> {})));
        }

        @Override
        public ClusterView view() {
            synchronized (ReplicaCluster.this) {
                List<NodeInfo> nodes = new ArrayList<>();
                for (Machine other : machines) {
                    if (other == machine) {
                        nodes.add(info);
                    } else if (isConnected(machine.index, other.index)) {
                        other.running.ifPresent(one -> nodes.add(one.info));
                    }
                }
                return new ClusterView(info.id(), nodes);
            }
        }

        @Override
        public void listen(Consumer<ClusterView> listener) {
            throw new UnsupportedOperationException("the test tells");
        }

        @Override
        public void report(int partition, ReplicaState state) {
            synchronized (ReplicaCluster.this) {
                info = new NodeInfo(
                        info.id(),
                        info.storeId(),
                        info.incarnation(),
                        "",
                        true,
                        false,
                        info.replicas().with(partition, state));
            }
            changed();
        }

        @Override
        public void tell(NodeId to, int partition, PartitionReplica.Command command) {
            for (Machine other : machines) {
                Optional<Running> target = other.running;
                if (target.isPresent()
                        && target.get().info.id().equals(to)
                        && passes(machine.index, other.index, command)) {
                    target.get().replicas.reachable(partition).ifPresent(one -> one.tell(command));
                }
            }
        }

        @Override
        public <M extends ClusterMessage> void reply(ActorRef<M> to, M message) {
            int other = to.path().address().system().charAt(1) - '0';
            if (passes(machine.index, other, message)) {
                to.tell(message);
            }
        }
    }

    private synchronized boolean passes(int from, int to, ClusterMessage message) {
        return isConnected(from, to) && !isLost.test(message) && (from == to || random.nextDouble() >= lossRate);
    }

    private boolean isConnected(int a, int b) {
        return a == b || !cut.contains(Set.of(a, b));
    }

    private synchronized void changed() {
        for (Machine machine : machines) {
            machine.running.ifPresent(one -> one.replicas.siblingsChanged(one.view()));
        }
    }

    /** Cuts a node off from all others, which see that it is. */
    void isolate(int index) {
        synchronized (this) {
            for (Machine other : machines) {
                if (other.index != index) {
                    cut.add(Set.of(index, other.index));
                }
            }
        }
        changed();
    }

    void heal() {
        synchronized (this) {
            cut.clear();
            isLost = message -> false;
            lossRate = 0;
        }
        changed();
    }

    /** Loses such messages while everybody seems to be there. */
    synchronized void lose(Predicate<ClusterMessage> which) {
        isLost = which;
    }

    synchronized void lose(double rate) {
        lossRate = rate;
    }

    void awaitLive() {
        machines.forEach(Machine::awaitLive);
    }

    void awaitEqual() {
        await().atMost(WAIT).untilAsserted(() -> {
            List<Long> first = machines.getFirst().digests();
            for (Machine machine : machines) {
                assertEquals(first, machine.digests(), "node " + machine.index);
            }
        });
    }

    @Override
    public void close() {
        for (Machine machine : machines) {
            if (machine.running.isPresent()) {
                machine.kill();
            }
        }
    }
}
