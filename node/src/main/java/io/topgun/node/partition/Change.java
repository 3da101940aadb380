package io.topgun.node.partition;

import io.topgun.protocol.Entry;
import java.util.List;
import java.util.Set;

/** A change that is synced in a replica's journal, on its way to the subscribers. */
public sealed interface Change {
    int partition();

    /** The change's number. */
    long seq();

    /** Cells were merged; the block has the same cells and is shared by all who get it. */
    @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
    record Merged(int partition, long seq, Set<String> maps, List<Entry> entries, byte[] block) implements Change {}

    /** The partition, with all its maps, was pruned at the frontier. */
    record Pruned(int partition, long seq, long frontierMs) implements Change {}
}
