package io.topgun.node.placement;

import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.DistributedDirectory;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReplicaPorts;
import io.topgun.node.partition.ReplicaSettings;
import io.topgun.node.settings.ClusterSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.util.JavaDurationConverters;

/**
 * Has every replica slot running: sharding starts an entity only when it is sent something. Every node has a keeper, so that each knows
 * who has been away since when; the leader's acts.
 */
public final class SlotKeeper extends AbstractBehavior<SlotKeeper.Command> {
    private static final EntityTypeKey<PartitionReplica.Command> KEY =
            EntityTypeKey.create(PartitionReplica.Command.class, "partition");
    private static final Duration EVERY = Duration.ofMillis(250);
    /** How long a slot may take from being asked for to being told to run. */
    private static final long PATIENCE_MS = 3_000;

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

    /** What a keeper is told. */
    public sealed interface Command {}

    private record Tick() implements Command {}

    /**
     * What sharding has placed.
     *
     * @param numbers of the slots on each node, by its address and the partition
     * @param empty slots that have a place and no replica, with the node's address
     */
    private record Placed(Map<String, Map<Integer, Integer>> numbers, Map<Slot, String> empty) implements Command {
        static final Placed UNKNOWN = new Placed(Map.of(), Map.of());

        static Placed of(ShardRegion.ClusterShardingStats stats) {
            Map<String, Map<Integer, Integer>> numbers = new HashMap<>();
            Map<Slot, String> empty = new HashMap<>();
            stats.getRegions().forEach((address, region) -> {
                Map<Integer, Integer> onNode = numbers.computeIfAbsent(address.toString(), node -> new HashMap<>());
                region.getStats().forEach((shard, entities) -> {
                    Slot slot = Slot.of(shard);
                    onNode.put(slot.partition(), slot.replica());
                    if (entities.equals(0)) {
                        empty.put(slot, address.toString());
                    }
                });
            });
            return new Placed(numbers, empty);
        }

        boolean isOpen(NodeInfo node) {
            return numbers.containsKey(node.id().address());
        }

        /** The slot of a partition that has its place on a node; -1 if there is none. */
        int slot(NodeInfo node, int partition) {
            return numbers.getOrDefault(node.id().address(), Map.of()).getOrDefault(partition, -1);
        }
    }

    /** A slot runs here. */
    private record Runs(Slot slot, ActorRef<PartitionReplica.Command> replica) implements Command {}

    private record Ended(Slot slot, ActorRef<PartitionReplica.Command> replica) implements Command {}

    private final DistributedDirectory directory;
    private final ActorRef<ShardingEnvelope<PartitionReplica.Command>> region;
    private final Vacancies vacancies;
    private final Cluster cluster;
    /** When a slot of a partition was asked for. */
    private final Map<Integer, Long> asked = new HashMap<>();

    private final Map<Slot, ActorRef<PartitionReplica.Command>> running = new HashMap<>();
    private boolean isAsking;

    /** A keeper, which starts this node's shard region of replicas. */
    public static Behavior<Command> create(
            ClusterSettings settings,
            ReplicaSettings replicaSettings,
            ReplicaPorts ports,
            DistributedDirectory directory) {
        ports.directory().listen(ports.replicas()::siblingsChanged);
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), Duration.ZERO, EVERY);
            Function<Slot, Behavior<PartitionReplica.Command>> replica = slot -> Behaviors.setup(own -> {
                context.getSelf().tell(new Runs(slot, own.getSelf()));
                return PartitionReplica.create(slot.partition(), replicaSettings, ports);
            });
            return new SlotKeeper(
                    context, settings, directory, startRegion(context.getSystem(), settings, directory, replica));
        }));
    }

    private SlotKeeper(
            ActorContext<Command> context,
            ClusterSettings settings,
            DistributedDirectory directory,
            ActorRef<ShardingEnvelope<PartitionReplica.Command>> region) {
        super(context);
        this.directory = directory;
        this.region = region;
        this.vacancies = new Vacancies(settings.replicas(), settings.grace());
        this.cluster = Cluster.get(context.getSystem());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Tick tick -> onTick();
            case Placed placed -> {
                isAsking = false;
                startMissing(placed);
            }
            case Runs runs -> {
                running.put(runs.slot(), runs.replica());
                getContext().watchWith(runs.replica(), new Ended(runs.slot(), runs.replica()));
                directory.host(runs.slot().partition(), runs.slot().replica());
            }
            case Ended ended -> {
                // It may run here again already.
                if (running.remove(ended.slot(), ended.replica())) {
                    directory.vacate(ended.slot().partition());
                }
            }
        }
        return this;
    }

    private void onTick() {
        ClusterView view = directory.view();
        vacancies.observe(view, nowMs());
        boolean isLeader = cluster.selfMember().address().equals(cluster.state().getLeader());
        if (isLeader
                && !isAsking
                && !vacancies.missing(view, node -> true, directory::slot).isEmpty()) {
            askWhatIsPlaced();
        }
    }

    /** A node that sharding has not heard of is no home, and a slot may be placed although nobody has told that it runs. */
    private void askWhatIsPlaced() {
        isAsking = true;
        getContext()
                .pipeToSelf(
                        Patterns.ask(
                                Adapter.toClassic(region),
                                new ShardRegion.GetClusterShardingStats(
                                        JavaDurationConverters.asFiniteDuration(ANSWER_TIMEOUT)),
                                ANSWER_TIMEOUT.multipliedBy(2)),
                        (answer, failure) -> answer instanceof ShardRegion.ClusterShardingStats stats
                                ? Placed.of(stats)
                                : Placed.UNKNOWN);
    }

    /** What was sent to a slot may have been lost behind its placement, and with it the start of its replica. */
    private void startEmpty(Placed placed) {
        Set<String> staying = new HashSet<>();
        for (NodeInfo node : directory.view().nodes()) {
            if (!node.isLeaving()) {
                staying.add(node.id().address());
            }
        }
        placed.empty().forEach((slot, address) -> {
            if (staying.contains(address)) {
                start(slot);
            }
        });
    }

    private void startMissing(Placed placed) {
        startEmpty(placed);
        long nowMs = nowMs();
        asked.values().removeIf(at -> nowMs - at >= PATIENCE_MS);
        Set<Integer> waiting = Set.copyOf(asked.keySet());
        for (Slot slot : vacancies.missing(
                directory.view(),
                placed::isOpen,
                (node, partition) -> Math.max(directory.slot(node, partition), placed.slot(node, partition)))) {
            // Else what was asked for and has no place yet would be asked for again, under a number that was given up
            // meanwhile.
            if (!waiting.contains(slot.partition())) {
                asked.put(slot.partition(), nowMs);
                start(slot);
            }
        }
    }

    private void start(Slot slot) {
        region.tell(new ShardingEnvelope<>(slot.id(), new PartitionReplica.Start()));
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    private static ActorRef<ShardingEnvelope<PartitionReplica.Command>> startRegion(
            ActorSystem<?> system,
            ClusterSettings settings,
            DistributedDirectory directory,
            Function<Slot, Behavior<PartitionReplica.Command>> replica) {
        return ClusterSharding.get(system)
                .init(Entity.of(KEY, entity -> replica.apply(Slot.of(entity.getEntityId())))
                        .withMessageExtractor(new SlotExtractor())
                        .withAllocationStrategy(new SlotAllocation(
                                Cluster.get(system).selfMember().address(),
                                settings.replicas(),
                                partition -> isSettled(directory.view(), partition, settings.replicas()),
                                (node, partition) -> isStored(directory.view(), node, partition)))
                        .withStopMessage(new PartitionReplica.Stop())
                        .withSettings(ClusterShardingSettings.create(system).withNoPassivationStrategy()));
    }

    /** Whether a partition has all the replicas it can have, all of them live, so that one of them may move. */
    private static boolean isSettled(ClusterView view, int partition, int replicas) {
        int live = 0;
        for (NodeInfo node : view.nodes()) {
            ReplicaState state = node.replicas().of(partition);
            if (!node.isReachable() || (state.isRunning() && state != ReplicaState.LIVE)) {
                return false;
            }
            live += state == ReplicaState.LIVE ? 1 : 0;
        }
        return live >= Math.min(replicas, view.nodes().size());
    }

    private static boolean isStored(ClusterView view, String address, int partition) {
        return view.nodes().stream()
                .anyMatch(node ->
                        node.id().address().equals(address) && node.replicas().of(partition) == ReplicaState.STORED);
    }
}
