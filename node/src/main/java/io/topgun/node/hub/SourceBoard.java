package io.topgun.node.hub;

import io.topgun.crdt.Partitions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where the hub puts its sources up for those on the node who do not subscribe. */
public final class SourceBoard {
    private final CompletableFuture<Void> whole = new CompletableFuture<>();
    private volatile SourceTable table = SourceTable.NONE;

    void put(SourceTable now) {
        table = now;
        if (now.isWhole()) {
            whole.complete(null);
        }
    }

    /** The sources of now. */
    public SourceTable now() {
        return table;
    }

    /** Why a new session would not be taken, in words; empty if it is. So too for a moment when a partition has moved elsewhere. */
    public Optional<String> whyNotWhole() {
        SourceTable now = table;
        return now.isWhole()
                ? Optional.empty()
                : Optional.of(
                        now.readable() + " of " + Partitions.COUNT + " partitions can be read by way of this node");
    }

    /** Completes when every partition could be read for the first time. */
    public CompletionStage<Void> whenWhole() {
        return whole.minimalCompletionStage();
    }
}
