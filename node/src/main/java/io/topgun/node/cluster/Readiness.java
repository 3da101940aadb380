package io.topgun.node.cluster;

import io.topgun.crdt.Partitions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Whether a node has come far enough to serve, and others far enough to do without it. */
public final class Readiness {
    /** Replicas that a partition should have elsewhere before one goes. */
    private static final int REMAINING = 2;

    private static final Executor HEARD = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final Directory directory;
    private final int replicas;
    private final CompletionStage<Void> whenSettled;

    /**
     * The readiness of a node that starts.
     *
     * @param replicas of each partition, where there are as many nodes
     */
    public Readiness(Directory directory, int replicas) {
        this.directory = directory;
        this.replicas = replicas;
        this.whenSettled = when(this::isSettled);
    }

    private CompletableFuture<Void> when(Predicate<ClusterView> what) {
        CompletableFuture<Void> when = new CompletableFuture<>();
        directory.listen(view -> {
            if (!when.isDone() && what.test(view)) {
                when.complete(null);
            }
        });
        return when;
    }

    /** Completes once every partition has its replicas and those of this node are live. */
    public CompletionStage<Void> whenSettled() {
        return whenSettled;
    }

    private boolean isSettled(ClusterView view) {
        int wanted = Math.min(replicas, view.nodes().size());
        int missing = ClusterView.partitions(partition -> view.count(partition, ReplicaState::isRunning) < wanted);
        return missing == 0 && whyNotServing(view).isEmpty();
    }

    /** Why the node is not ready, in words; empty if it is. Once it was, a replica that another node lacks does not matter. */
    public Optional<String> whyNot() {
        ClusterView view = directory.view();
        return whyNotServing(view)
                .or(() -> isSettledOnce() ? Optional.empty() : Optional.of("replicas are being placed"));
    }

    private boolean isSettledOnce() {
        return whenSettled.toCompletableFuture().isDone();
    }

    private static Optional<String> whyNotServing(ClusterView view) {
        int served = ClusterView.partitions(partition -> view.count(partition, Readiness::isLive) > 0);
        if (served < Partitions.COUNT) {
            return Optional.of(served + " of " + Partitions.COUNT + " partitions are live");
        }
        int running = view.own(ReplicaState::isRunning);
        int live = view.own(Readiness::isLive);
        return live < running
                ? Optional.of(live + " of this node's " + running + " replicas are live")
                : Optional.empty();
    }

    private static boolean isLive(ReplicaState state) {
        return state == ReplicaState.LIVE;
    }

    /**
     * Completes once the others can do without this node that has told to leave, or after a time: each partition is live on two that
     * stay, where there are two.
     */
    public CompletionStage<Void> whenDispensable(long timeoutMs) {
        if (directory.view().nodes().size() == 1) {
            return CompletableFuture.completedFuture(null);
        }
        // First those that leave at the same time are heard of: each would count on the other.
        return CompletableFuture.runAsync(() -> {}, HEARD)
                .thenCompose(heard -> when(Readiness::isDispensable))
                .completeOnTimeout(null, timeoutMs, TimeUnit.MILLISECONDS);
    }

    private static boolean isDispensable(ClusterView view) {
        var others = view.nodes().stream()
                .filter(node -> !node.id().equals(view.self()) && node.isReachable() && !node.isLeaving())
                .toList();
        int wanted = Math.min(REMAINING, others.size());
        Replicas own = view.own().replicas();
        return ClusterView.partitions(partition -> own.of(partition).isRunning()
                        && others.stream()
                                        .filter(node -> isLive(node.replicas().of(partition)))
                                        .count()
                                < wanted)
                == 0;
    }
}
