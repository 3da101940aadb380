package io.topgun.node.hub;

import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Which nodes serve a partition, best first, as far as one node's view of the cluster tells. */
public final class Sources {
    private Sources() {}

    /**
     * The node to read a partition from: this one if it can, else the one so far while that is good, else one of the best.
     *
     * @param isHere whether this node's own replica is live
     * @param current from where it was read so far
     */
    static Optional<NodeId> reader(ClusterView view, int partition, boolean isHere, Optional<NodeId> current) {
        if (isHere) {
            return Optional.of(view.self());
        }
        List<NodeInfo> live = ranked(view, partition, state -> state == ReplicaState.LIVE);
        return live.stream()
                .filter(node ->
                        !node.isLeaving() && current.filter(node.id()::equals).isPresent())
                .findFirst()
                .or(() -> live.stream().findFirst())
                .map(NodeInfo::id);
    }

    /** Whether another node can be reached and its replica of a partition can be read. */
    static boolean isLive(ClusterView view, NodeId node, int partition) {
        return !node.equals(view.self())
                && view.node(node)
                        .filter(info -> info.isReachable() && info.replicas().of(partition) == ReplicaState.LIVE)
                        .isPresent();
    }

    /** The other nodes whose replica of a partition takes operations, in the order in which to try them. */
    public static List<NodeId> writers(ClusterView view, int partition) {
        return ranked(view, partition, ReplicaState::isRunning).stream()
                .map(NodeInfo::id)
                .toList();
    }

    /** Reachable others: those that stay first, those that are live before the rest, and among equals each node another one first. */
    private static List<NodeInfo> ranked(ClusterView view, int partition, Predicate<ReplicaState> wanted) {
        List<NodeInfo> nodes = new ArrayList<>(2);
        for (NodeInfo node : view.nodes()) {
            if (!node.id().equals(view.self())
                    && node.isReachable()
                    && wanted.test(node.replicas().of(partition))) {
                nodes.add(node);
            }
        }
        nodes.sort(Comparator.comparing(NodeInfo::isLeaving)
                .thenComparing(node -> node.replicas().of(partition) != ReplicaState.LIVE)
                .thenComparingLong(node -> rank(view.self(), node.id(), partition)));
        return nodes;
    }

    /** Spreads the partitions that a node does not hold over those that do: the finalizer of SplitMix64 over all three. */
    private static long rank(NodeId self, NodeId node, int partition) {
        long z = ((long) self.hashCode() << 32 ^ node.hashCode()) + partition * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
