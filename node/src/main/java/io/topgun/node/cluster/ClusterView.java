package io.topgun.node.cluster;

import java.util.List;
import java.util.Optional;

/**
 * The cluster as one node sees it at one time.
 *
 * @param self the node that looks
 * @param nodes every member that has told of itself, and this node always, in the order of their ids
 */
public record ClusterView(NodeId self, List<NodeInfo> nodes) {
    public ClusterView {
        nodes = List.copyOf(nodes);
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
}
