package io.topgun.node.partition;

import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Events to bytes and back; the manifest carries the format's version, so that old journals stay readable. */
public final class EventSerializer extends SerializerWithStringManifest {
    private static final String MERGED = "M1";
    private static final String FRONTIER = "F1";
    private static final String SHIPPED = "R1";
    private static final String REPAIRED = "D1";
    /** Store, incarnation, number, and whether it is complete. */
    private static final int POSITION_BYTES = 3 * Long.BYTES + 1;

    @Override
    public int identifier() {
        return 271001;
    }

    @Override
    public String manifest(Object event) {
        return switch ((Event) event) {
            case Event.Merged merged -> MERGED;
            case Event.FrontierAdvanced advanced -> FRONTIER;
            case Event.Shipped shipped -> SHIPPED;
            case Event.Repaired repaired -> REPAIRED;
        };
    }

    @Override
    public byte[] toBinary(Object event) {
        return switch ((Event) event) {
            case Event.Merged merged -> merged.block();
            case Event.FrontierAdvanced advanced -> {
                CborWriter writer = new CborWriter();
                writer.integer(advanced.frontierMs());
                yield writer.toByteArray();
            }
            case Event.Shipped shipped -> {
                LogPosition next = shipped.next();
                yield ByteBuffer.allocate(POSITION_BYTES + shipped.block().length)
                        .putLong(next.storeId())
                        .putLong(next.incarnation())
                        .putLong(next.seq())
                        .put((byte) (next.isComplete() ? 1 : 0))
                        .put(shipped.block())
                        .array();
            }
            case Event.Repaired repaired -> {
                CborWriter writer = new CborWriter();
                writer.array(2 * repaired.dropped().size());
                repaired.dropped().forEach(entry -> writer.text(entry.map()).text(entry.key()));
                BlockCodec.write(writer, repaired.entries());
                yield writer.toByteArray();
            }
        };
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return switch (manifest) {
            case MERGED -> new Event.Merged(BlockCodec.read(new CborReader(bytes)), bytes);
            case FRONTIER -> new Event.FrontierAdvanced(new CborReader(bytes).integer());
            case SHIPPED -> shipped(ByteBuffer.wrap(bytes));
            case REPAIRED -> repaired(new CborReader(bytes));
            default -> throw new IllegalArgumentException("an event of a later version: " + manifest);
        };
    }

    private static Event.Shipped shipped(ByteBuffer bytes) {
        LogPosition next =
                new LogPosition(bytes.getLong(), bytes.getLong(), Cursor.at(bytes.getLong()), bytes.get() != 0);
        byte[] block = new byte[bytes.remaining()];
        bytes.get(block);
        return new Event.Shipped(next, BlockCodec.read(new CborReader(block)), block);
    }

    private static Event.Repaired repaired(CborReader in) {
        List<Repair.Address> dropped = new ArrayList<>();
        for (int left = in.array(); left > 0; left -= 2) {
            dropped.add(new Repair.Address(in.text(), in.text()));
        }
        List<Entry> entries = BlockCodec.read(in);
        CborWriter block = new CborWriter();
        BlockCodec.write(block, entries);
        return new Event.Repaired(dropped, entries, block.toByteArray());
    }
}
