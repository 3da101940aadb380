package io.topgun.node.placement;

import io.topgun.crdt.Partitions;
import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.Replicas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The slots that should run and do not. A node that is away, or about to be, keeps its replicas' places for a while: it may be about
 * to come back with all it had, and copying all that elsewhere would be for nothing. But never for so long that a partition has one
 * replica only.
 */
final class Vacancies {
    /** Replicas of a partition below which nobody waits for one that is away. */
    private static final int URGENT = 2;

    private final int replicationFactor;
    private final Duration grace;
    /** Nodes that are away or leaving, by address. */
    private final Map<String, Away> away = new HashMap<>();

    private List<NodeInfo> before = List.of();

    /** What a node had when it was last seen with all of it. */
    private record Away(Replicas had, long sinceMs) {
        boolean holds(int partition) {
            return had.of(partition).isRunning();
        }
    }

    Vacancies(int replicationFactor, Duration grace) {
        this.replicationFactor = replicationFactor;
        this.grace = grace;
    }

    /** Takes note of who is there. */
    void observe(ClusterView view, long nowMs) {
        Map<String, NodeInfo> now = new HashMap<>();
        view.nodes().forEach(node -> now.put(node.id().address(), node));
        for (NodeInfo node : before) {
            NodeInfo seen = now.get(node.id().address());
            if (seen == null || (seen.isLeaving() && !node.isLeaving())) {
                away.putIfAbsent(node.id().address(), new Away(node.replicas(), nowMs));
            }
        }
        for (NodeInfo node : view.nodes()) {
            String address = node.id().address();
            if (node.isLeaving()) {
                Replicas had = away.getOrDefault(address, new Away(node.replicas(), nowMs))
                        .had();
                away.put(address, new Away(had, nowMs));
            } else {
                away.remove(address);
            }
        }
        away.values().removeIf(one -> nowMs - one.sinceMs() >= grace.toMillis());
        before = view.nodes();
    }

    /** Which slot of a partition a node runs. */
    @FunctionalInterface
    interface Slots {
        /** Its number; -1 if there is none. */
        int of(NodeInfo node, int partition);
    }

    /**
     * The slots to start, each of which has a possible home: one that has none would hold up all the others.
     *
     * @param isOpen whether a node takes slots
     */
    List<Slot> missing(ClusterView view, Predicate<NodeInfo> isOpen, Slots slots) {
        List<NodeInfo> staying =
                view.nodes().stream().filter(node -> !node.isLeaving()).toList();
        int hosts = (int) staying.stream().filter(isOpen).count();
        List<Slot> missing = new ArrayList<>();
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            int count = missing(partition, hosts, staying, slots);
            for (int replica = 0; count > 0; replica++) {
                if (!isTaken(partition, replica, view, slots)) {
                    missing.add(new Slot(partition, replica));
                    count--;
                }
            }
        }
        return missing;
    }

    private static boolean isTaken(int partition, int replica, ClusterView view, Slots slots) {
        return view.nodes().stream().anyMatch(node -> slots.of(node, partition) == replica);
    }

    private int missing(int partition, int hosts, List<NodeInfo> staying, Slots slots) {
        int running = 0;
        // One that takes no slots, as it is too busy to say which it has, runs its replicas all the same.
        for (NodeInfo node : staying) {
            // Before it is told to run it is told to have its slot.
            running += slots.of(node, partition) >= 0
                            || node.replicas().of(partition).isRunning()
                    ? 1
                    : 0;
        }
        int held = 0;
        for (Away node : away.values()) {
            held += node.holds(partition) ? 1 : 0;
        }
        int wanted = Math.min(replicationFactor, hosts);
        return Math.max(wanted - running - held, Math.min(URGENT, wanted) - running);
    }
}
