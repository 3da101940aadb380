package io.topgun.node.partition;

import io.topgun.crdt.Partitions;
import io.topgun.node.placement.Slot;
import io.topgun.node.placement.SlotAllocation;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;

/** Has every replica slot running: sharding starts an entity only when it is sent something. */
public final class SlotKeeper extends AbstractBehavior<SlotKeeper.Tick> {
    private static final EntityTypeKey<PartitionReplica.Command> KEY =
            EntityTypeKey.create(PartitionReplica.Command.class, "partition");
    /** One until replicas ship their logs to each other. */
    private static final int REPLICAS = 1;

    private static final Duration EVERY = Duration.ofSeconds(1);

    /** Time to look for slots that are not running. */
    public record Tick() {}

    private final ActorRef<ShardingEnvelope<PartitionReplica.Command>> region;
    private final LocalReplicas replicas;

    /** A keeper; the shard region must have been started. */
    public static Behavior<Tick> create(
            ActorRef<ShardingEnvelope<PartitionReplica.Command>> region, LocalReplicas replicas) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), Duration.ZERO, EVERY);
            return new SlotKeeper(context, region, replicas);
        }));
    }

    private SlotKeeper(
            ActorContext<Tick> context,
            ActorRef<ShardingEnvelope<PartitionReplica.Command>> region,
            LocalReplicas replicas) {
        super(context);
        this.region = region;
        this.replicas = replicas;
    }

    @Override
    public Receive<Tick> createReceive() {
        return newReceiveBuilder().onMessage(Tick.class, tick -> startMissing()).build();
    }

    private Behavior<Tick> startMissing() {
        for (int partition = 0; partition < Partitions.COUNT && !replicas.areAllLive(); partition++) {
            if (replicas.of(partition).isEmpty()) {
                region.tell(new ShardingEnvelope<>(new Slot(partition, 0).id(), new PartitionReplica.Start()));
            }
        }
        return this;
    }

    /** Starts this node's shard region of replicas. */
    public static ActorRef<ShardingEnvelope<PartitionReplica.Command>> startRegion(
            ActorSystem<?> system, ReplicaSettings settings, PartitionReplica.Ports ports) {
        ports.directory().listen(ports.replicas()::siblingsChanged);
        return ClusterSharding.get(system)
                .init(Entity.of(
                                KEY,
                                entity -> PartitionReplica.create(
                                        Slot.of(entity.getEntityId()).partition(), settings, ports))
                        .withMessageExtractor(new SlotExtractor())
                        .withAllocationStrategy(new SlotAllocation(
                                Cluster.get(system).selfMember().address(), REPLICAS, partition -> true))
                        .withStopMessage(new PartitionReplica.Stop())
                        .withSettings(ClusterShardingSettings.create(system).withNoPassivationStrategy()));
    }
}
