package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import java.util.ArrayList;
import java.util.List;

/** Another node that can be reached and has a partition, running or on its disk. */
record Sibling(NodeId id, long storeId, long incarnation, ReplicaState state) {
    /** All of a partition. */
    static List<Sibling> of(ClusterView view, int partition) {
        List<Sibling> siblings = new ArrayList<>();
        for (NodeInfo node : view.nodes()) {
            ReplicaState state = node.replicas().of(partition);
            if (node.isReachable() && state != ReplicaState.ABSENT && !node.id().equals(view.self())) {
                siblings.add(new Sibling(node.id(), node.storeId(), node.incarnation(), state));
            }
        }
        return siblings;
    }

    boolean isRunning() {
        return state.isRunning();
    }

    boolean isLive() {
        return state == ReplicaState.LIVE;
    }
}
