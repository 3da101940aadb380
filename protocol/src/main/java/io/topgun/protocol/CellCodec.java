package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.Murmur3;

/**
 * Turns one cell into its canonical form and back, for storage and digests. It keeps a buffer, so one
 * owner uses it at a time.
 */
public final class CellCodec {
    private final CborWriter out = new CborWriter();
    private final CellWriter writer = new CellWriter(out, CellForm.Canonical.INSTANCE);

    /** A cell and its key. */
    public record Keyed(String key, Cell cell) {}

    public byte[] canonical(String key, Cell cell) {
        out.reset();
        writer.write(key, cell);
        return out.toByteArray();
    }

    /** Digest of the cell. */
    public long hash(String key, Cell cell) {
        out.reset();
        writer.write(key, cell);
        return Murmur3.hash(out.buffer(), 0, out.size());
    }

    /**
     * Reads a canonical form.
     *
     * @throws ProtocolException if it is not one
     */
    public Keyed decodeCanonical(byte[] form) {
        return decodeCanonical(form, 0);
    }

    /**
     * Reads a canonical form that begins at a byte and goes to the end.
     *
     * @throws ProtocolException if it is not one
     */
    public Keyed decodeCanonical(byte[] bytes, int from) {
        CborReader in = new CborReader(bytes, from, bytes.length);
        CellReader reader = new CellReader(in, CellForm.Canonical.INSTANCE, Limits.STATE);
        Cell cell = reader.read();
        if (!in.atEnd()) {
            throw ProtocolException.malformed("More behind the cell");
        }
        return new Keyed(reader.key(), cell);
    }
}
