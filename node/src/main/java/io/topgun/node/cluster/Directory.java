package io.topgun.node.cluster;

import java.util.function.Consumer;

/** Where the nodes tell each other what they are and what they have; known to all within moments, the same for all in the end. */
public interface Directory {
    ClusterView view();

    /** Has a listener told the view now and whenever it changes, on any thread, one call at a time; it must not block. */
    void listen(Consumer<ClusterView> listener);

    /** Tells the cluster the state of a partition on this node. */
    void report(int partition, ReplicaState state);
}
