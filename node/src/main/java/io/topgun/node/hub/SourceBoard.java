package io.topgun.node.hub;

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

    /** Completes when every partition could be read for the first time. */
    public CompletionStage<Void> whenWhole() {
        return whole.minimalCompletionStage();
    }
}
