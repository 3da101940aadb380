package io.topgun.node.partition;

import io.topgun.protocol.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one run of a replica has told of its log up to its end, for who would ask the same before the next change: everybody whom a break
 * of the network sent away comes back from the same few positions.
 */
public final class RecentChunks {
    /** Positions at a time. */
    private static final int CHUNKS_MAX = 4;

    /** What is larger is worth a question. */
    private static final int CHUNK_BYTES_MAX = 16 << 10;

    /** Who reads more maps at once asks: their names are kept and compared too. */
    private static final int MAPS_MAX = 64;

    private volatile List<SharedChunk> chunks = List.of();

    /** Nothing was told. */
    RecentChunks() {}

    /** Somebody is told this; called by the replica. */
    void told(PartitionReplica.Read read, ReadReply reply) {
        if (reply instanceof ReadReply.Chunk chunk
                && !chunk.more()
                && read.maps().size() <= MAPS_MAX
                && isSmall(chunk.entries())
                && find(read.maps(), read.from()).isEmpty()) {
            List<SharedChunk> newest = new ArrayList<>(chunks);
            if (newest.size() == CHUNKS_MAX) {
                newest.removeFirst();
            }
            newest.add(new SharedChunk(read.maps(), read.from(), chunk));
            chunks = newest;
        }
    }

    private static boolean isSmall(List<Entry> entries) {
        long bytes = 0;
        for (Entry entry : entries) {
            bytes += PartitionState.approximateBytes(entry);
            if (bytes > CHUNK_BYTES_MAX) {
                return false;
            }
        }
        return true;
    }

    /** The log goes on; called by the replica before anybody is told of the change. */
    void clear() {
        if (!chunks.isEmpty()) {
            chunks = List.of();
        }
    }

    /** What the replica would answer now. To who is told of all changes since, as with {@link Head}, it leaves no gap. */
    public Optional<SharedChunk> find(Set<String> maps, Cursor from) {
        for (SharedChunk chunk : chunks) {
            if (chunk.answers(maps, from)) {
                return Optional.of(chunk);
            }
        }
        return Optional.empty();
    }
}
