package io.topgun.node.partition;

import io.topgun.protocol.Entry;
import java.util.List;

/** What a replica's journal holds. */
public sealed interface Event {
    /**
     * Cells to merge, one per key.
     *
     * <p>They are the deltas that had an effect, not the merged cells: merging is idempotent, so replay gives the same state, and an
     * edit of one field of a large object costs that field in the journal and on every socket.
     *
     * @param block the entries in the protocol's block encoding; the journal and every DELTA share these bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
    record Merged(List<Entry> entries, byte[] block) implements Event {
        public Merged {
            entries = List.copyOf(entries);
        }
    }

    /** Tombstones of this age and older were dropped, and operations as old can no longer be ordered. */
    record FrontierAdvanced(long frontierMs) implements Event {}
}
