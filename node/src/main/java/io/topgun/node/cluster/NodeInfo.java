package io.topgun.node.cluster;

/**
 * What the cluster knows of a node.
 *
 * @param storeId of its store, made with the database
 * @param incarnation of its store, raised at every start
 * @param url under which clients reach it, as {@code http://10.0.0.1:8080}
 * @param isReachable whether this node's failure detector reaches it
 * @param isLeaving whether it hands over: others are to be preferred
 */
public record NodeInfo(
        NodeId id,
        long storeId,
        long incarnation,
        String url,
        boolean isReachable,
        boolean isLeaving,
        Replicas replicas) {

    /** The same with other replicas. */
    NodeInfo with(Replicas changed) {
        return new NodeInfo(id, storeId, incarnation, url, isReachable, isLeaving, changed);
    }

    /** The same under another url. */
    NodeInfo with(String changed) {
        return new NodeInfo(id, storeId, incarnation, changed, isReachable, isLeaving, replicas);
    }

    /** The same when it hands over. */
    NodeInfo leaving() {
        return new NodeInfo(id, storeId, incarnation, url, isReachable, true, replicas);
    }

    NodeInfo reachable(boolean now) {
        return new NodeInfo(id, storeId, incarnation, url, now, isLeaving, replicas);
    }
}
