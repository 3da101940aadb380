package io.topgun.node.gateway;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The connections of this node, so that each can be told what concerns them all. Those of plain HTTP only hear that the node stops. */
final class OpenConnections {
    /** One that is open; called on any thread. */
    interface Connection {
        /** The node stops. */
        void close();

        /** The cluster's nodes are others now. */
        default void onNodes(List<String> urls) {}
    }

    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> allGone = new CompletableFuture<>();
    private volatile boolean stopping;

    void add(Connection connection) {
        connections.add(connection);
        if (stopping) {
            connection.close();
        }
    }

    void remove(Connection connection) {
        connections.remove(connection);
        completeIfGone();
    }

    /** Tells all of them which nodes the cluster has. */
    void onNodes(List<String> urls) {
        connections.forEach(connection -> connection.onNodes(urls));
    }

    /** Closes those that are open and those that still come; done when none is left, or some do not read. */
    CompletionStage<Void> close() {
        stopping = true;
        connections.forEach(Connection::close);
        completeIfGone();
        return allGone.copy().completeOnTimeout(null, 2, TimeUnit.SECONDS);
    }

    private void completeIfGone() {
        if (stopping && connections.isEmpty()) {
            allGone.complete(null);
        }
    }
}
