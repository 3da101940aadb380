package io.topgun.node.partition;

import io.topgun.persistence.rocksdb.RowsSnapshot;
import io.topgun.persistence.rocksdb.StoredRows;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.persistence.typed.SnapshotAdapter;

/**
 * State to the rows of an incremental snapshot and back.
 *
 * <p>Row key: map name, a zero byte (no map name has one), key. Row value: format version, sequence number, the cell in its canonical
 * form. Header: format version, then the numbers of {@link PartitionState.Mark}; since format 2 a byte with the number of positions in
 * siblings' logs, and each of these: store, incarnation, number, and a byte that is 1 if it is complete.
 */
final class SnapshotCodec implements SnapshotAdapter<PartitionState> {
    private static final byte VERSION = 1;
    private static final byte HEADER_VERSION = 2;
    private static final int HEADER_BYTES = 1 + 3 * Long.BYTES + 1;
    private static final int LOG_BYTES = 3 * Long.BYTES + 1;
    private static final int PREFIX_BYTES = 1 + Long.BYTES;

    private final CellCodec cells;
    private final SipHash sip;
    private byte[] mapUtf8 = {};
    private String map = "";

    SnapshotCodec(CellCodec cells, SipHash sip) {
        this.cells = cells;
        this.sip = sip;
    }

    @Override
    public Object toJournal(PartitionState state) {
        PartitionState.Unsaved unsaved = state.unsaved();
        RowsSnapshot.Builder snapshot = RowsSnapshot.changes(header(unsaved.mark()));
        for (PartitionState.Dropped dropped : unsaved.dropped()) {
            snapshot.delete(rowKey(dropped.map(), dropped.key()));
        }
        for (Slice.Changed row : unsaved.rows()) {
            snapshot.put(rowKey(row.entry().map(), row.entry().key()), rowValue(row));
        }
        return snapshot.build();
    }

    @Override
    public PartitionState fromJournal(Object from) {
        StoredRows stored = (StoredRows) from;
        List<Slice.Changed> rows = new ArrayList<>(stored.size());
        stored.forEach((key, value) -> rows.add(row(key, value)));
        return PartitionState.restored(cells, sip, mark(stored.header()), rows);
    }

    private static byte[] header(PartitionState.Mark mark) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES + mark.logs().size() * LOG_BYTES)
                .put(HEADER_VERSION)
                .putLong(mark.seq())
                .putLong(mark.frontierMs())
                .putLong(mark.droppedSeq())
                .put((byte) mark.logs().size());
        for (LogPosition log : mark.logs()) {
            header.putLong(log.storeId())
                    .putLong(log.incarnation())
                    .putLong(log.seq())
                    .put((byte) (log.isComplete() ? 1 : 0));
        }
        return header.array();
    }

    static PartitionState.Mark mark(byte[] header) {
        ByteBuffer buffer = ByteBuffer.wrap(header);
        byte version = buffer.get();
        if (version != VERSION) {
            checkVersion(version, HEADER_VERSION);
        }
        long seq = buffer.getLong();
        long frontierMs = buffer.getLong();
        long droppedSeq = buffer.getLong();
        List<LogPosition> logs = new ArrayList<>();
        for (int left = version == VERSION ? 0 : buffer.get(); left > 0; left--) {
            logs.add(new LogPosition(
                    buffer.getLong(), buffer.getLong(), Cursor.at(buffer.getLong()), buffer.get() != 0));
        }
        return new PartitionState.Mark(seq, frontierMs, droppedSeq, logs);
    }

    private static byte[] rowKey(String map, String key) {
        return (map + '\0' + key).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] rowValue(Slice.Changed row) {
        byte[] cell = cells.canonical(row.entry().key(), row.entry().cell());
        return ByteBuffer.allocate(PREFIX_BYTES + cell.length)
                .put(VERSION)
                .putLong(row.seq())
                .put(cell)
                .array();
    }

    private Slice.Changed row(byte[] key, byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(value);
        checkVersion(buffer.get(), VERSION);
        long seq = buffer.getLong();
        CellCodec.Keyed keyed = cells.decodeCanonical(value, PREFIX_BYTES);
        return new Slice.Changed(new Entry(map(key), keyed.key(), keyed.cell()), seq);
    }

    /** The map's name, mostly the same as that of the row before. */
    private String map(byte[] key) {
        int zero = 0;
        while (key[zero] != 0) {
            zero++;
        }
        if (!Arrays.equals(key, 0, zero, mapUtf8, 0, mapUtf8.length)) {
            mapUtf8 = Arrays.copyOf(key, zero);
            map = new String(mapUtf8, StandardCharsets.UTF_8);
        }
        return map;
    }

    private static void checkVersion(byte version, byte readable) {
        if (version != readable) {
            throw new IllegalStateException("a snapshot of format " + version + "; this node reads " + readable);
        }
    }
}
