package io.topgun.node.partition;

import io.topgun.protocol.Entry;
import java.util.List;

/** What a replica answers to those who read. */
public sealed interface ReadReply {
    /** The tag of the question. */
    long tag();

    /** Whether nothing more comes for this question. */
    default boolean isLast() {
        return true;
    }

    /** The partition that answers. */
    int partition();

    /** What changed, up to {@code seq}. */
    record Chunk(long tag, int partition, long seq, boolean more, List<Entry> entries) implements ReadReply {}

    /** A map's digests at a depth, as of {@code seq}. */
    @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
    record Digests(long tag, int partition, String map, long seq, int depth, long[] digests, boolean isLast)
            implements ReadReply {}

    /** Every cell of some buckets of a map. */
    record Buckets(long tag, int partition, String map, int depth, List<Integer> buckets, List<Entry> entries)
            implements ReadReply {}
}
