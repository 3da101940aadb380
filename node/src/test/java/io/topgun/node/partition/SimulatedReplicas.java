package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.node.clock.ClockSettings;
import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.Directory;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.node.cluster.Replicas;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;

/** The replicas of one partition on some nodes, their disks, and the network between them, in steps that a test chooses. */
final class SimulatedReplicas {
    private static final ReplicationSettings SETTINGS = new ReplicationSettings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(8),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            64,
            200,
            Duration.ofMillis(250));

    final List<Machine> machines = new ArrayList<>();
    final List<Message> network = new ArrayList<>();
    /** What was on disks that are lost. */
    final List<PartitionState> lost = new ArrayList<>();

    private final Set<Set<Integer>> cuts = new HashSet<>();
    private long nowMs = 1_000;
    private long uids;
    private long stores;
    long shippedBytes;
    long comparedMessages;

    /** Something on its way. */
    record Message(Machine from, NodeId to, PartitionReplica.Command command) {}

    /** What was written through one store, by the number of its change. */
    record Written(long seq, Entry entry) {}

    SimulatedReplicas(int count) {
        for (int i = 0; i < count; i++) {
            machines.add(new Machine(i));
        }
    }

    /** A node: what its disk keeps, and the replica that runs on it, if one does. */
    final class Machine {
        final int index;
        final List<Written> written = new ArrayList<>();
        private List<Event> journal = new ArrayList<>();
        long storeId;
        private long incarnation;
        private long uid;
        private NodeInfo info;
        PartitionState state = Histories.state();
        private Optional<Replicator> replicator = Optional.empty();

        Machine(int index) {
            this.index = index;
            format();
            this.info = info(ReplicaState.ABSENT);
        }

        private void format() {
            storeId = ++stores;
            incarnation = 0;
            state = Histories.state();
            journal = new ArrayList<>();
            written.clear();
        }

        private NodeInfo info(ReplicaState own) {
            return new NodeInfo(
                    new NodeId("n" + index, uid), storeId, incarnation, "", true, false, Replicas.NONE.with(0, own));
        }

        boolean isAt(NodeId id) {
            return info.id().equals(id);
        }

        boolean isUp() {
            return replicator.isPresent();
        }

        ReplicaState own() {
            return info.replicas().of(0);
        }

        void start() {
            uid = ++uids;
            incarnation++;
            state = Histories.state();
            for (Event event : journal) {
                EventSerializer serializer = new EventSerializer();
                state.apply((Event) serializer.fromBinary(serializer.toBinary(event), serializer.manifest(event)));
            }
            info = info(ReplicaState.ABSENT);
            Replicator started = new Replicator(
                    0,
                    SETTINGS,
                    ports(),
                    () -> nowMs,
                    new Repair.Asker(
                            () -> ++uids,
                            64,
                            TestInbox.<Roots>create().getRef(),
                            TestInbox.<ReadReply>create().getRef()));
            replicator = Optional.of(started);
            started.recovered(state, this::report);
        }

        void stop() {
            replicator.ifPresent(Replicator::left);
            replicator = Optional.empty();
            network.removeIf(message -> message.from() == this);
            info = info(ReplicaState.ABSENT);
            viewChanged();
        }

        /** Its journal takes nothing of what it has just made, and it does not go on. */
        void fail() {
            if (isUp()) {
                decide(List.of());
                stop();
            }
        }

        void wipe() {
            stop();
            lost.add(state);
            format();
        }

        private void report(ReplicaState own) {
            if (own != own()) {
                info = info(own);
                viewChanged();
            }
        }

        private ReplicaPorts ports() {
            NodeClock clock = new NodeClock(
                    new ClockSettings(Duration.ofDays(999), Duration.ofDays(999)), () -> nowMs, () -> nowMs);
            Directory directory = new Directory() {
                @Override
                public ClusterView view() {
                    return SimulatedReplicas.this.view(Machine.this);
                }

                @Override
                public void listen(Consumer<ClusterView> listener) {
                    throw new AssertionError("what is tested here looks at the view only");
                }

                @Override
                public void report(int partition, ReplicaState own) {
                    throw new AssertionError("what is tested here looks at the view only");
                }
            };
            return new ReplicaPorts(
                    clock,
                    Histories.SIP,
                    new LocalReplicas(),
                    Optional::empty,
                    directory,
                    (to, partition, command) -> network.add(new Message(this, to, command)),
                    Level.PERSISTED,
                    new InHand(),
                    change -> {});
        }

        /** Takes a client's operations; what they come to is told as soon as it is known. */
        void write(List<Op> ops, Consumer<Level> whenDone) {
            long before = state.seq();
            for (Event event : turn(ops)) {
                before++;
                if (event instanceof Event.Merged merged) {
                    for (Entry entry : merged.entries()) {
                        written.add(new Written(before, entry));
                    }
                }
            }
            Submission submission = new Submission(1, Level.REPLICATED, all -> whenDone.accept(all.level()));
            replicator.orElseThrow().complete(submission, List.of());
        }

        void advanceFrontier(long ms) {
            persist(List.of(new Event.FrontierAdvanced(ms)));
        }

        private void persist(List<Event> events) {
            for (Event event : events) {
                journal.add(event);
                state.apply(event);
            }
            replicator.orElseThrow().changed(events, state);
        }

        void take(Replication command) {
            replicator.ifPresent(one -> {
                Replicator.Outcome outcome = one.on(command, state);
                persist(outcome.events());
                outcome.then().accept(state);
                if (one.hasArrived() && network.stream().noneMatch(this::isOwnDrain)) {
                    network.add(new Message(this, info.id(), new PartitionReplica.Drain()));
                }
            });
        }

        private boolean isOwnDrain(Message message) {
            return message.from() == this && isDrain(message);
        }

        /** What a replica makes of what was shipped and these operations, before any of it is in the journal. */
        Turn decide(List<Op> ops) {
            return Turn.of(List.of(Histories.frame(ops, Long.MAX_VALUE)), replicator.orElseThrow(), state);
        }

        /** Takes what was shipped and these operations, as a replica does; what came of it. */
        List<Event> turn(List<Op> ops) {
            Turn turn = decide(ops);
            persist(turn.events());
            turn.then().accept(state);
            return turn.events();
        }

        boolean has(Entry entry) {
            return SimulatedReplicas.has(state, entry);
        }
    }

    @SuppressWarnings("ReferenceEquality") // merge returns the same instance when the other adds nothing
    static boolean has(PartitionState state, Entry entry) {
        return state.arrive(List.of(entry), true).effects().isEmpty();
    }

    private ClusterView view(Machine looking) {
        List<NodeInfo> nodes = new ArrayList<>();
        for (Machine machine : machines) {
            if (machine == looking || (machine.isUp() && isConnected(looking, machine))) {
                nodes.add(machine.info);
            }
        }
        return new ClusterView(looking.info.id(), nodes);
    }

    private boolean isConnected(Machine a, Machine b) {
        return !cuts.contains(Set.of(a.index, b.index));
    }

    /** Everybody learns of it some time: a message that is never lost. */
    private void viewChanged() {
        for (Machine machine : machines) {
            network.removeIf(message -> isNews(message) && message.to().equals(machine.info.id()));
            if (machine.isUp()) {
                network.add(new Message(machine, machine.info.id(), new Replication.SiblingsChanged(view(machine))));
            }
        }
    }

    private static boolean isNews(Message message) {
        return message.command() instanceof Replication.SiblingsChanged;
    }

    static boolean isDrain(Message message) {
        return message.command() instanceof PartitionReplica.Drain;
    }

    /** Crosses no network: it is never lost. */
    private static boolean isLocal(Message message) {
        return isNews(message) || isDrain(message);
    }

    void cut(int a, int b) {
        cuts.add(Set.of(a, b));
        viewChanged();
    }

    void heal() {
        cuts.clear();
        viewChanged();
    }

    void pass(long ms) {
        nowMs += ms;
        for (Machine machine : machines) {
            machine.take(new Replication.FollowTick());
            machine.take(new Replication.WaitTick());
        }
    }

    void lose(int which) {
        if (!network.isEmpty()) {
            Message message = network.get(which % network.size());
            if (!isLocal(message)) {
                network.remove(message);
            }
        }
    }

    void duplicate(int which) {
        if (!network.isEmpty()) {
            network.add(network.get(which % network.size()));
        }
    }

    void deliver(int which) {
        if (network.isEmpty()) {
            return;
        }
        Message message = network.remove(which % network.size());
        for (Machine machine : machines) {
            if (machine.isUp()
                    && machine.isAt(message.to())
                    && (isLocal(message) || (message.from().isUp() && isConnected(message.from(), machine)))) {
                deliver(message, machine);
            }
        }
    }

    private void deliver(Message message, Machine machine) {
        Reader reader = new Reader(0, machine.state);
        NodeId back = message.from().info.id();
        switch (message.command()) {
            case Replication.SiblingsChanged changed -> machine.take(new Replication.SiblingsChanged(view(machine)));
            case Replication told -> {
                if (told instanceof Replication.Shipment shipment) {
                    shippedBytes += shipment.bytes();
                }
                machine.take(told);
            }
            case PartitionReplica.Drain drain -> machine.turn(List.of());
            case PartitionReplica.ReadRoots read ->
                answer(machine, back, new Replication.RootsTold(reader.roots(read)));
            case PartitionReplica.ReadDigests read ->
                answer(machine, back, new Replication.CellsTold(reader.digests(read)));
            case PartitionReplica.ReadBuckets read ->
                answer(machine, back, new Replication.CellsTold(reader.buckets(read)));
            case PartitionReplica.ReadKeys read -> answer(machine, back, new Replication.CellsTold(reader.keys(read)));
            case PartitionReplica.PickCells pick ->
                answer(machine, back, new Replication.CellsTold(reader.cells(pick)));
            default -> throw new AssertionError("not between replicas: " + message);
        }
    }

    private void answer(Machine from, NodeId to, Replication told) {
        comparedMessages++;
        network.add(new Message(from, to, told));
    }

    /** Lets everything arrive, in order, and some time pass, until all are quiet. */
    void settle() {
        for (int round = 0; round < 60; round++) {
            for (int i = 0; i < 20_000 && !network.isEmpty(); i++) {
                deliver(0);
            }
            if (!network.isEmpty()) {
                throw new AssertionError("never quiet: " + network.subList(0, Math.min(6, network.size())));
            }
            pass(2_000);
        }
    }

    /** Every cell by its place. */
    static Map<String, Cell> content(PartitionState state) {
        Map<String, Cell> content = new HashMap<>();
        for (Entry entry :
                state.changesSince(state.maps(), 0, Integer.MAX_VALUE).entries()) {
            content.put(entry.map() + "/" + entry.key(), entry.cell());
        }
        return content;
    }
}
