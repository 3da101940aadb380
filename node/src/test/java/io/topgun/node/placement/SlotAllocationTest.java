package io.topgun.node.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.topgun.crdt.Partitions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.Leave;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The strategy under real cluster sharding, on several nodes in one process. */
class SlotAllocationTest {
    private static final int FACTOR = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final EntityTypeKey<String> KEY = EntityTypeKey.create(String.class, "slot");

    private final List<ActorSystem<Void>> nodes = new ArrayList<>();
    /** Slots that run, by node. */
    private final Map<String, Set<Slot>> running = new ConcurrentHashMap<>();

    private final List<ActorRef<ShardingEnvelope<String>>> regions = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(ActorSystem::terminate);
        nodes.forEach(node -> node.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join());
    }

    private void start() {
        Config config = ConfigFactory.parseString("""
                pekko.actor.provider = cluster
                pekko.loglevel = WARNING
                pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                pekko.cluster.jmx.enabled = off
                pekko.cluster.sharding { rebalance-interval = 500ms, retry-interval = 200ms, passivation.strategy = none }
                pekko.coordinated-shutdown.run-by-actor-system-terminate = off
                """).withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "slots", config);
        nodes.add(system);
        Cluster cluster = Cluster.get(system);
        cluster.manager()
                .tell(Join.create(Cluster.get(nodes.get(0)).selfMember().address()));
        String name = cluster.selfMember().address().toString();
        running.put(name, ConcurrentHashMap.newKeySet());
        regions.add(ClusterSharding.get(system)
                .init(Entity.of(KEY, entity -> slot(name, Slot.of(entity.getEntityId())))
                        .withMessageExtractor(new Extractor())
                        .withAllocationStrategy(new SlotAllocation(
                                cluster.selfMember().address(),
                                FACTOR,
                                this::areAllRunning,
                                (node, partition) -> false))));
    }

    private static final class Extractor extends ShardingMessageExtractor<ShardingEnvelope<String>, String> {
        @Override
        public String entityId(ShardingEnvelope<String> envelope) {
            return envelope.entityId();
        }

        @Override
        public String shardId(String entityId) {
            return entityId;
        }

        @Override
        public String unwrapMessage(ShardingEnvelope<String> envelope) {
            return envelope.message();
        }
    }

    private Behavior<String> slot(String node, Slot slot) {
        running.getOrDefault(node, Set.of()).add(slot);
        return Behaviors.receive(String.class)
                .onSignal(PostStop.class, stopped -> {
                    running.getOrDefault(node, Set.of()).remove(slot);
                    return Behaviors.same();
                })
                .build();
    }

    private boolean areAllRunning(int partition) {
        return running.values().stream()
                        .flatMap(Set::stream)
                        .filter(slot -> slot.partition() == partition)
                        .count()
                == Math.min(FACTOR, running.size());
    }

    /** Does what the keeper does until all is as wanted: sharding starts an entity only when it is sent something. */
    private void await(String what, BooleanSupplier wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": " + sizes());
            }
            for (int partition = 0; partition < Partitions.COUNT; partition++) {
                startMissing(partition);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    /** Asks for no more than there is room for: what has no home is asked for again and again, and all others wait behind it. */
    private void startMissing(int partition) {
        Set<Slot> there = new HashSet<>();
        running.values()
                .forEach(slots -> slots.stream()
                        .filter(slot -> slot.partition() == partition)
                        .forEach(there::add));
        int missing = Math.min(FACTOR, running.size()) - there.size();
        for (int replica = 0; replica < FACTOR && missing > 0; replica++) {
            Slot slot = new Slot(partition, replica);
            if (!there.contains(slot)) {
                regions.get(0).tell(new ShardingEnvelope<>(slot.id(), "start"));
                missing--;
            }
        }
    }

    private String sizes() {
        StringBuilder sizes = new StringBuilder();
        running.forEach((node, slots) ->
                sizes.append(node).append(' ').append(slots.size()).append("; "));
        return sizes.toString();
    }

    private boolean isEven() {
        int slots = Partitions.COUNT * Math.min(FACTOR, running.size());
        return running.values().stream()
                .allMatch(some ->
                        some.size() >= slots / running.size() && some.size() <= Math.ceilDiv(slots, running.size()));
    }

    private void checkApart() {
        running.forEach((node, slots) -> assertEquals(
                slots.size(), slots.stream().map(Slot::partition).distinct().count(), "siblings share " + node));
    }

    @Test
    void shouldKeepSiblingsApartWhenNodesJoinAndLeave() {
        start();
        await("one node has a replica of each", this::isEven);
        start();
        await("two nodes have two of each", this::isEven);
        checkApart();
        start();
        await("a third node takes its share", this::isEven);
        checkApart();
        ActorSystem<Void> leaver = nodes.get(1);
        Cluster.get(leaver)
                .manager()
                .tell(Leave.create(Cluster.get(leaver).selfMember().address()));
        running.remove(Cluster.get(leaver).selfMember().address().toString());
        await("the others take over from one that left", this::isEven);
        checkApart();
    }
}
