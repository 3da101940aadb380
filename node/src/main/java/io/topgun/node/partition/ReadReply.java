package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterMessage;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Prefixes;
import java.util.List;

/** What a replica answers to those who read. */
public sealed interface ReadReply extends ClusterMessage {
    /** The tag of the question. */
    long tag();

    /** Whether nothing more comes for this question. */
    default boolean isLast() {
        return true;
    }

    /** The partition that answers. */
    int partition();

    /** What changed, up to the cursor, from where to read on if there is more; pruned at the frontier, which is 0 if there is none. */
    record Chunk(long tag, int partition, Cursor next, boolean more, List<Entry> entries, long frontierMs)
            implements ReadReply {}

    /** A map's digests at a depth, the first {@code width} bytes of each, as of {@code seq}; pruned at the frontier. */
    @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
    record Digests(
            long tag,
            int partition,
            String map,
            long seq,
            int depth,
            int width,
            long[] digests,
            long frontierMs,
            boolean isLast)
            implements ReadReply {}

    /** Every cell of some buckets of a map. */
    record Buckets(long tag, int partition, String map, int depth, List<Integer> buckets, List<Entry> entries)
            implements ReadReply {}

    /** What the digests of the cells of some buckets begin with. */
    record Keys(long tag, int partition, String map, int depth, int width, List<Prefixes> buckets)
            implements ReadReply {}

    /** The cells of some buckets whose digests begin so. */
    record Cells(long tag, int partition, String map, int depth, int width, List<Prefixes> buckets, List<Entry> entries)
            implements ReadReply {}
}
