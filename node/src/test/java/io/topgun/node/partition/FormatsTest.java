package io.topgun.node.partition;

import static io.topgun.node.partition.Histories.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.persistence.rocksdb.RowsSnapshot;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes on disk that only a replica with siblings writes; if one changes, it needs a version of its own. */
class FormatsTest {
    private static final EventSerializer SERIALIZER = new EventSerializer();
    private static final List<Entry> ENTRIES = List.of(new Entry("m", "k", value(5, 1)));

    private static byte[] block() {
        CborWriter block = new CborWriter();
        BlockCodec.write(block, ENTRIES);
        return block.toByteArray();
    }

    private static LogPosition position(long storeId, boolean isComplete) {
        return new LogPosition(storeId, 3, Cursor.at(270), isComplete);
    }

    @Test
    void shouldReadAndWriteWhatASiblingShipped() {
        Event.Shipped event = new Event.Shipped(position(0x1122334455667788L, true), ENTRIES, block());
        byte[] bytes = SERIALIZER.toBinary(event);
        assertEquals("R1", SERIALIZER.manifest(event));
        assertEquals(
                "1122334455667788" + "0000000000000003" + "000000000000010e" + "01"
                        + HexFormat.of().formatHex(block()),
                HexFormat.of().formatHex(bytes));
        Event.Shipped read = (Event.Shipped) SERIALIZER.fromBinary(bytes, "R1");
        assertEquals(event.next(), read.next());
        assertEquals(ENTRIES, read.entries());
        assertArrayEquals(block(), read.block());
    }

    @Test
    void shouldReadAndWriteWhatAComparisonShowed() {
        Event.Repaired event = new Event.Repaired(List.of(new Repair.Address("m", "gone")), ENTRIES, block());
        byte[] bytes = SERIALIZER.toBinary(event);
        assertEquals("D1", SERIALIZER.manifest(event));
        assertEquals(
                "82" + "616d" + "64676f6e65" + HexFormat.of().formatHex(block()),
                HexFormat.of().formatHex(bytes));
        Event.Repaired read = (Event.Repaired) SERIALIZER.fromBinary(bytes, "D1");
        assertEquals(event.dropped(), read.dropped());
        assertEquals(ENTRIES, read.entries());
        assertArrayEquals(block(), read.block());
    }

    /** As many as are kept, the one that was used last at the end. */
    @Test
    void shouldKeepThePositionsInSiblingsLogsInTheHeaderOfASnapshot() {
        PartitionState state = Histories.state();
        for (long store = 1; store <= Logs.MAX + 2; store++) {
            state.apply(new Event.Shipped(position(store, store % 2 == 0), ENTRIES, block()));
        }
        state.apply(new Event.Shipped(position(3, true), ENTRIES, block()));
        RowsSnapshot snapshot = (RowsSnapshot) new SnapshotCodec(new CellCodec(), Histories.SIP).toJournal(state);
        byte[] header = snapshot.header();
        assertEquals(2, header[0]);
        assertEquals(26 + Logs.MAX * 25, header.length);
        assertEquals(
                "0000000000000003" + "0000000000000003" + "000000000000010e" + "01",
                HexFormat.of().formatHex(header, header.length - 25, header.length));
        assertEquals(state.logs().all(), SnapshotCodec.mark(header).logs());
    }
}
