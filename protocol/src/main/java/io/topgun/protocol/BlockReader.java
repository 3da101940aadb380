package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Reads one block, cell by cell. A cell that is well-formed CBOR but breaks a rule is reported and
 * stepped over; what is wrong around the cells fails the block with {@code MALFORMED}.
 */
final class BlockReader implements CellForm.In {
    private final CborReader in;
    private final Limits limits;
    private final Sink sink;
    private @Nullable String[] writers = {};
    private @Nullable String[] names = {};
    private long baseMs;

    /** Takes the cells in their order. */
    interface Sink {
        void cell(String map, String key, Cell cell);

        void rejected(ErrorCode code, String text);
    }

    private BlockReader(CborReader in, Limits limits, Sink sink) {
        this.in = in;
        this.limits = limits;
        this.sink = sink;
    }

    static void read(CborReader in, Limits limits, Sink sink) {
        new BlockReader(in, limits, sink).block();
    }

    private void block() {
        int length = in.array();
        if (length < 3 || (length & 1) == 0) {
            throw ProtocolException.malformed("Block of " + length + " elements");
        }
        writers = table(Stamp.WRITER_LENGTH_MAX);
        names = table(limits.keyBytesMax());
        baseMs = in.natural(Stamp.MS_MAX);
        CellReader cells = new CellReader(in, this, limits);
        for (int i = 3; i < length; i += 2) {
            section(cells);
        }
    }

    /** Texts of a table; null where one is empty or too long, which is the fault of the cells that use it. */
    private @Nullable String[] table(int bytesMax) {
        int length = in.array();
        @Nullable String[] table = new @Nullable String[length];
        for (int i = 0; i < length; i++) {
            int from = in.position();
            int bytes = in.textHead();
            if (bytes == 0 || bytes > bytesMax) {
                in.seek(in.position() + bytes);
            } else {
                in.seek(from);
                table[i] = SharedNames.INSTANCE.text(in);
            }
        }
        return table;
    }

    private void section(CellReader cells) {
        String map = SharedNames.INSTANCE.text(in);
        boolean valid = MapNames.isValid(map, limits);
        int count = in.array();
        if (!valid && count == 0) {
            throw ProtocolException.malformed("Not a map name");
        }
        for (int i = 0; i < count; i++) {
            if (valid) {
                cell(cells, map);
            } else {
                in.skip();
                sink.rejected(ErrorCode.INVALID_MAP_NAME, "Not a map name");
            }
        }
    }

    private void cell(CellReader cells, String map) {
        int start = in.position();
        Cell cell;
        try {
            cell = cells.read();
        } catch (ProtocolException e) {
            in.seek(start);
            in.skip();
            ErrorCode code = e.code() == ErrorCode.MALFORMED ? cells.part() : e.code();
            sink.rejected(code, String.valueOf(e.getMessage()));
            return;
        }
        sink.cell(map, cells.key(), cell);
    }

    @Override
    public String writer(CborReader in) {
        return text(in, writers, ErrorCode.INVALID_STAMP);
    }

    @Override
    public String name(CborReader in) {
        return text(in, names, ErrorCode.INVALID_VALUE);
    }

    private static String text(CborReader in, @Nullable String[] table, ErrorCode code) {
        long index = in.natural();
        String text = index < table.length ? table[(int) index] : null;
        if (text == null) {
            throw new ProtocolException(code, "No such writer or name, or not one that may be: " + index);
        }
        return text;
    }

    @Override
    public long baseMs() {
        return baseMs;
    }
}
