package io.topgun.node.placement;

import io.topgun.node.cluster.ClusterView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.sharding.ShardCoordinator;
import org.apache.pekko.dispatch.Futures;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/** Tells the shard coordinator what {@link Placement} decides; a shard is a slot, a shard region a node. */
public final class SlotAllocation extends ShardCoordinator.AbstractShardAllocationStrategy {
    /** Partitions that lack a replica at a time, for one is on its way: each reads the state from a sibling. */
    private static final int MOVES_MAX = 32;

    /** Those of which sharding tells again and again. */
    private static final Map<String, Slot> SLOTS = new ConcurrentHashMap<>();

    private final Address self;
    private final Placement placement;
    private final IntPredicate allLive;
    private final BiPredicate<String, Integer> stored;
    /** Where the slots that were taken from a node are to go. */
    private final Map<Slot, String> planned = new ConcurrentHashMap<>();

    /**
     * A strategy.
     *
     * @param self this node's address, which its own region's reference does not have
     * @param replicationFactor replicas of each partition, where there are as many nodes
     * @param allLive whether every replica that a partition has is live, so that one of them may move
     * @param stored whether a node, by its address, has a partition on its disk already
     */
    public SlotAllocation(
            Address self, int replicationFactor, IntPredicate allLive, BiPredicate<String, Integer> stored) {
        this.self = self;
        this.placement = new Placement(replicationFactor);
        this.allLive = allLive;
        this.stored = stored;
    }

    @Override
    public Future<ActorRef> allocateShard(
            ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> current) {
        Slot slot = Slot.of(shardId);
        Map<String, Set<Slot>> held = held(current);
        Optional<String> home = Optional.ofNullable(planned.remove(slot))
                .filter(node -> held.containsKey(node) && placement.mayHold(slot, node, held))
                .or(() -> placement.home(slot, held, node -> stored.test(node, slot.partition())));
        for (ActorRef region : current.keySet()) {
            if (home.filter(node(region)::equals).isPresent()) {
                return Futures.successful(region);
            }
        }
        // Left without a home rather than put beside a sibling: one disk would then hold two of the copies.
        return Futures.failed(new IllegalStateException("every node has a sibling of " + shardId));
    }

    @Override
    public Future<Set<String>> rebalance(Map<ActorRef, IndexedSeq<String>> current, Set<String> inProgress) {
        Set<Slot> moving = new HashSet<>();
        inProgress.forEach(id -> moving.add(SLOTS.computeIfAbsent(id, Slot::of)));
        int unsettled = ClusterView.partitions(partition -> !allLive.test(partition));
        Map<Slot, String> moves = placement.moves(held(current), moving, allLive, MOVES_MAX - unsettled);
        planned.putAll(moves);
        Set<String> ids = new HashSet<>();
        moves.keySet().forEach(slot -> ids.add(slot.id()));
        return Futures.successful(ids);
    }

    private Map<String, Set<Slot>> held(Map<ActorRef, IndexedSeq<String>> current) {
        Map<String, Set<Slot>> held = new HashMap<>();
        current.forEach((region, ids) -> {
            Set<Slot> slots = new HashSet<>();
            CollectionConverters.asJava(ids).forEach(id -> slots.add(SLOTS.computeIfAbsent(id, Slot::of)));
            held.put(node(region), slots);
        });
        return held;
    }

    private String node(ActorRef region) {
        Address address = region.path().address();
        return (address.hasLocalScope() ? self : address).toString();
    }
}
