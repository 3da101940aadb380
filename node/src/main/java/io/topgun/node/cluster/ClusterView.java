package io.topgun.node.cluster;

import io.topgun.crdt.Partitions;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * The cluster as one node sees it at one time.
 *
 * @param self the node that looks
 * @param nodes every member that has told of itself, and this node always, in the order of their ids
 * @param isComplete whether this node is a member, and every one that can be reached has told of itself
 */
public record ClusterView(NodeId self, List<NodeInfo> nodes, boolean isComplete) {
    public ClusterView {
        nodes = List.copyOf(nodes);
    }

    /** A view in which nobody is missing. */
    public ClusterView(NodeId self, List<NodeInfo> nodes) {
        this(self, nodes, true);
    }

    /** What the cluster knows of the node that looks. */
    public NodeInfo own() {
        return node(self).orElseThrow(() -> new IllegalStateException("a view without its own node: " + this));
    }

    public Optional<NodeInfo> node(NodeId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }

    /** The other nodes that can be reached and have a running replica of the partition. */
    public List<NodeInfo> siblings(int partition) {
        return nodes.stream()
                .filter(node -> !node.id().equals(self) && node.isReachable())
                .filter(node -> node.replicas().of(partition).isRunning())
                .toList();
    }

    /** How many replicas of a partition are so on any node. */
    public int count(int partition, Predicate<ReplicaState> state) {
        int count = 0;
        for (NodeInfo node : nodes) {
            count += state.test(node.replicas().of(partition)) ? 1 : 0;
        }
        return count;
    }

    /** How many partitions this is true of. */
    public static int partitions(IntPredicate partition) {
        int count = 0;
        for (int p = 0; p < Partitions.COUNT; p++) {
            count += partition.test(p) ? 1 : 0;
        }
        return count;
    }

    /** How many partitions have a replica on the node that looks that is so. */
    public int own(Predicate<ReplicaState> state) {
        Replicas own = own().replicas();
        return partitions(partition -> state.test(own.of(partition)));
    }
}
