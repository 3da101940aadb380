package io.topgun.node.partition;

import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The last chunk behind a cursor, for everybody who reads the same maps from there: read once, and encoded once. */
public final class SharedChunk {
    private final Set<String> maps;
    private final Cursor from;
    private final ReadReply.Chunk chunk;
    private volatile byte @Nullable [] block;

    /** A chunk that nobody but the first has been told. */
    public SharedChunk(Set<String> maps, Cursor from, ReadReply.Chunk chunk) {
        this.maps = Set.copyOf(maps);
        this.from = from;
        this.chunk = new ReadReply.Chunk(
                chunk.tag(),
                chunk.partition(),
                chunk.next(),
                chunk.more(),
                List.copyOf(chunk.entries()),
                chunk.frontierMs());
    }

    boolean answers(Set<String> wanted, Cursor cursor) {
        return from.equals(cursor) && maps.equals(wanted);
    }

    /** The answer; its tag is that of the first who asked. */
    public ReadReply.Chunk chunk() {
        return chunk;
    }

    /** Its cells, encoded; never to be changed. */
    public byte[] block() {
        byte[] encoded = block;
        if (encoded == null) {
            CborWriter out = new CborWriter();
            BlockCodec.write(out, chunk.entries());
            encoded = out.toByteArray();
            block = encoded;
        }
        return encoded;
    }
}
