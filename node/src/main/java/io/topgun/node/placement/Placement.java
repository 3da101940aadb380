package io.topgun.node.placement;

import io.topgun.crdt.Murmur3;
import io.topgun.crdt.Partitions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * The rule by which slots find nodes: siblings never share a node, each node takes the slots that rank it highest up to its even
 * share, and what is placed stays until a node holds more than that share.
 *
 * <p>Ranks are rendezvous hashes (Thaler and Ravishankar 1998), the even share bounds them (Mirrokni et al. 2018, consistent hashing
 * with bounded loads): so a node that comes or goes moves about what it must, and no node holds more than another.
 */
final class Placement {
    private final int replicationFactor;

    /**
     * The rule for some number of replicas per partition.
     *
     * @param replicationFactor replicas of each partition, where there are as many nodes
     */
    Placement(int replicationFactor) {
        if (replicationFactor < 1) {
            throw new IllegalArgumentException("Replication factor " + replicationFactor);
        }
        this.replicationFactor = replicationFactor;
    }

    /**
     * The node for a slot that none holds; none if a sibling is on every node.
     *
     * @param stored whether a node has the partition on its disk: it is preferred while it has no more than its share
     */
    Optional<String> home(Slot slot, Map<String, Set<Slot>> held, Predicate<String> stored) {
        Share share = share(held.size());
        return held.entrySet().stream()
                .filter(node -> !holds(node.getValue(), slot.partition()))
                .max(Comparator.<Map.Entry<String, Set<Slot>>>comparingInt(node -> stored.test(node.getKey())
                                ? share.room(node.getValue().size())
                                : 0)
                        .thenComparingInt(node -> share.need(node.getValue().size()))
                        .thenComparingLong(node -> rank(node.getKey(), slot.partition())))
                .map(Map.Entry::getKey);
    }

    /**
     * Slots to take from nodes with more than their share, each with the node that needs it; one sibling of a partition at a time.
     *
     * @param moving slots that are on their way already
     * @param allLive whether every replica that a partition has is live
     * @param movesMax slots on their way at most
     */
    Map<Slot, String> moves(Map<String, Set<Slot>> held, Set<Slot> moving, IntPredicate allLive, int movesMax) {
        Map<Slot, String> moves = moves(held, moving, allLive, movesMax, 0);
        return moves.isEmpty() ? moves(held, moving, allLive, movesMax, -1) : moves;
    }

    /** Moves to nodes that need a slot more than {@code above}. */
    private Map<Slot, String> moves(
            Map<String, Set<Slot>> held, Set<Slot> moving, IntPredicate allLive, int movesMax, int above) {
        Share share = share(held.size());
        Map<String, Integer> sizes = new HashMap<>();
        held.forEach((node, slots) -> sizes.put(node, slots.size()));
        Set<Integer> touched = new HashSet<>();
        moving.forEach(slot -> touched.add(slot.partition()));
        Map<Slot, String> moves = new HashMap<>();
        for (Map.Entry<String, Set<Slot>> from : held.entrySet()) {
            int needed = Math.max(above, share.need(sizes.getOrDefault(from.getKey(), 0) - 1));
            if (sizes.values().stream().noneMatch(size -> share.need(size) > needed)) {
                continue; // as it is nearly always, and this is asked every second
            }
            for (Slot slot : byRank(from.getKey(), from.getValue())) {
                if (moving.size() + moves.size() >= movesMax) {
                    return moves;
                }
                if (touched.contains(slot.partition()) || !allLive.test(slot.partition())) {
                    continue;
                }
                int need = Math.max(above, share.need(sizes.getOrDefault(from.getKey(), 0) - 1));
                Optional<String> to = home(slot.partition(), held, sizes, share, need);
                if (to.isPresent()) {
                    moves.put(slot, to.get());
                    touched.add(slot.partition());
                    sizes.merge(from.getKey(), -1, Integer::sum);
                    sizes.merge(to.get(), 1, Integer::sum);
                }
            }
        }
        return moves;
    }

    /** The node that needs a slot of this partition more than one that needs it this much. */
    private static Optional<String> home(
            int partition, Map<String, Set<Slot>> held, Map<String, Integer> sizes, Share share, int need) {
        return held.entrySet().stream()
                .filter(node -> !holds(node.getValue(), partition))
                .map(Map.Entry::getKey)
                .filter(node -> share.need(sizes.getOrDefault(node, 0)) > need)
                .max(Comparator.<String>comparingInt(node -> share.need(sizes.getOrDefault(node, 0)))
                        .thenComparingLong(node -> rank(node, partition)));
    }

    /** The slots that rank their node lowest first: those are the ones that will rank another one high. */
    private static List<Slot> byRank(String node, Set<Slot> slots) {
        List<Slot> sorted = new ArrayList<>(slots);
        sorted.sort(Comparator.comparingLong((Slot slot) -> rank(node, slot.partition()))
                .thenComparingInt(Slot::replica));
        return sorted;
    }

    /** Whether no sibling of the slot is there. */
    boolean mayHold(Slot slot, String node, Map<String, Set<Slot>> held) {
        return !holds(held.getOrDefault(node, Set.of()), slot.partition());
    }

    private static boolean holds(Set<Slot> slots, int partition) {
        return slots.stream().anyMatch(slot -> slot.partition() == partition);
    }

    private Share share(int nodes) {
        int slots = Partitions.COUNT * Math.min(replicationFactor, nodes);
        return nodes == 0 ? new Share(0, 0) : new Share(Math.floorDiv(slots, nodes), Math.ceilDiv(slots, nodes));
    }

    /** A node's even share of all slots, which need not be whole. */
    private record Share(int least, int most) {
        /** How much a node with so many slots needs another: above 0 it lacks some, 0 it may take one, below 0 it has enough. */
        int need(int size) {
            return size < least ? 1 : Math.min(0, most - 1 - size);
        }

        /** 1 if a node with so many slots may have one more, else 0. */
        int room(int size) {
            return size < most ? 1 : 0;
        }
    }

    private static long rank(String node, int partition) {
        return Murmur3.hash(partition + " " + node);
    }
}
