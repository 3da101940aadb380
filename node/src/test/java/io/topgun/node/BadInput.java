package io.topgun.node;

import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** What nobody should send, made by hand where no codec would make it. */
final class BadInput {
    static final String WRITER = "bad";
    static final HexFormat HEX = HexFormat.of();
    static final byte[] ONE = {1};

    private BadInput() {}

    static byte[] cbor(Consumer<CborWriter> write) {
        CborWriter out = new CborWriter();
        write.accept(out);
        return out.toByteArray();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] nested(int depth) {
        byte[] arrays = new byte[depth];
        Arrays.fill(arrays, (byte) 0x81);
        arrays[depth - 1] = 0;
        return arrays;
    }

    static byte[] subscribe(long subId, String... maps) {
        return cbor(out -> {
            out.array(4).integer(3).integer(subId).array(maps.length);
            for (String map : maps) {
                out.text(map);
            }
            out.nothing();
        });
    }

    static byte[] fetch(long subId, String map, int partition, int depth, int... buckets) {
        return cbor(out -> {
            out.array(6).integer(5).integer(subId).text(map).integer(partition).integer(depth);
            out.array(buckets.length);
            for (int bucket : buckets) {
                out.integer(bucket);
            }
        });
    }

    /** A PICK of one bucket with these bytes as its prefixes. */
    static byte[] pick(long subId, String map, int partition, int depth, int width, int bucket, byte... prefixes) {
        return cbor(out -> {
            out.array(7).integer(8).integer(subId).text(map).integer(partition).integer(depth);
            out.integer(width).array(2).integer(bucket).bytes(prefixes);
        });
    }

    static Message.Ops validOps(String map, String key, int value) {
        Stamp stamp = Stamp.of(System.currentTimeMillis(), 0, WRITER);
        ValueCell cell = ValueCell.set(stamp, new byte[] {(byte) value}, Life.FOREVER);
        return new Message.Ops(Level.PERSISTED, List.of(new Op(1, map, key, cell)), List.of());
    }

    /** {@code [key, 1, ms, counter, writer, value]} with any bytes as the value. */
    static byte[] valueCell(String key, byte[] value) {
        return cbor(out -> {
            out.array(6).text(key).integer(1).integer(0).integer(0).integer(0);
            out.raw(value, 0, value.length);
        });
    }

    /** Operation 1 is the cell; operation 2 is a good one, which must be taken. */
    static byte[] ops(String map, String writer, long baseMs, byte[] cell) {
        return cbor(out -> {
            out.array(4).integer(2).integer(2).array(2).integer(1).integer(2);
            out.array(7);
            out.array(2).text(writer).text(WRITER);
            out.array(0);
            out.integer(baseMs);
            out.text(map).array(1).raw(cell, 0, cell.length);
            byte[] good = cbor(o -> o.array(6)
                    .text("good")
                    .integer(1)
                    .integer(0)
                    .integer(0)
                    .integer(1)
                    .integer(7));
            out.text("bad").array(1).raw(good, 0, good.length);
        });
    }

    static long now() {
        return System.currentTimeMillis() - 1000;
    }
}
