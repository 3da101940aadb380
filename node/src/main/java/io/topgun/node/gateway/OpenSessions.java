package io.topgun.node.gateway;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The connections of this node, so that a stop can say good-bye to each. */
final class OpenSessions {
    private final Set<Runnable> closers = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> allGone = new CompletableFuture<>();
    private volatile boolean stopping;

    void add(Runnable closer) {
        closers.add(closer);
        if (stopping) {
            closer.run();
        }
    }

    void remove(Runnable closer) {
        closers.remove(closer);
        completeIfGone();
    }

    /** Closes those that are open and those that still come; done when none is left, or some do not read. */
    CompletionStage<Void> close() {
        stopping = true;
        closers.forEach(Runnable::run);
        completeIfGone();
        return allGone.copy().completeOnTimeout(null, 2, TimeUnit.SECONDS);
    }

    private void completeIfGone() {
        if (stopping && closers.isEmpty()) {
            allGone.complete(null);
        }
    }
}
