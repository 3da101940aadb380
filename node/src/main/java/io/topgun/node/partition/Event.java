package io.topgun.node.partition;

import io.topgun.protocol.Entry;
import java.util.List;

/** What a replica's journal holds. */
public sealed interface Event {
    /** Bytes of the cells that it carries. */
    default int bytes() {
        return switch (this) {
            case Merged merged -> merged.block().length;
            case Shipped shipped -> shipped.block().length;
            case Repaired repaired -> repaired.block().length;
            case FrontierAdvanced advanced -> 0;
        };
    }

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

    /**
     * What a sibling's log had that was new here; cells of another kind than those here may be among them.
     *
     * @param next the position in the sibling's log behind this
     */
    @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
    record Shipped(LogPosition next, List<Entry> entries, byte[] block) implements Event {
        public Shipped {
            entries = List.copyOf(entries);
        }
    }

    /**
     * What a comparison with a sibling showed: entries that go, as they came back from before the frontier, then cells to merge.
     */
    @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
    record Repaired(List<Repair.Address> dropped, List<Entry> entries, byte[] block) implements Event {
        public Repaired {
            dropped = List.copyOf(dropped);
            entries = List.copyOf(entries);
        }
    }

    /** Tombstones of this age and older were dropped, and operations as old can no longer be ordered. */
    record FrontierAdvanced(long frontierMs) implements Event {}
}
