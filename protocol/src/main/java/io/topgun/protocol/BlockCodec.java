package io.topgun.protocol;

import io.topgun.crdt.Cell;
import java.util.ArrayList;
import java.util.List;

/** Turns cells into a block and back: tables of writers and names, then the cells map by map. */
public final class BlockCodec {
    private BlockCodec() {}

    /** Writes a block in the order of the entries; the fewer changes of map in a row, the smaller. */
    public static void write(CborWriter out, List<Entry> entries) {
        BlockWriter.write(out, entries);
    }

    /**
     * Reads a block of states.
     *
     * @throws ProtocolException {@code MALFORMED} if anything in it breaks a rule
     */
    public static List<Entry> read(CborReader in) {
        List<Entry> entries = new ArrayList<>();
        BlockReader.read(in, Limits.STATE, new BlockReader.Sink() {
            @Override
            public void cell(String map, String key, Cell cell) {
                entries.add(new Entry(map, key, cell));
            }

            @Override
            public void rejected(ErrorCode code, String text) {
                throw ProtocolException.malformed(code + ": " + text);
            }
        });
        return entries;
    }
}
