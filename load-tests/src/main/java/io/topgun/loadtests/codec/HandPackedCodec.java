package io.topgun.loadtests.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.Op;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one would write by hand for this very batch, with fixed widths and tables of names and writers: the line that a codec for all
 * batches is measured beside. It reads into the same objects as ours. Either it trusts its input and checks nothing, or it checks the
 * values by our reader, which whoever reads from an open socket must do somehow.
 */
final class HandPackedCodec implements BatchCodec {
    private static final int DEPTH_MAX = 32;

    private final List<Op> ops;
    private final boolean checks;
    private final ByteBuffer out = ByteBuffer.allocate(1 << 16);

    HandPackedCodec(List<Row> rows, boolean checks) {
        this.checks = checks;
        ops = OurCodec.ops(rows);
    }

    @Override
    public byte[] write() {
        out.clear();
        Op first = ops.get(0);
        List<String> writers = new ArrayList<>();
        for (Op op : ops) {
            String writer = ((FieldsCell) op.delta()).baseWriter();
            if (!writers.contains(writer)) {
                writers.add(writer);
            }
        }
        out.put((byte) 2).putLong(first.id()).putShort((short) ops.size());
        text(first.map());
        out.put((byte) writers.size());
        writers.forEach(this::text);
        String[] names = ((FieldsCell) first.delta()).names();
        out.put((byte) names.length);
        for (String name : names) {
            text(name);
        }
        for (Op op : ops) {
            FieldsCell cell = (FieldsCell) op.delta();
            text(op.key());
            out.put((byte) 2).putLong(cell.baseTime());
            out.put((byte) writers.indexOf(cell.baseWriter())).put((byte) cell.size());
            for (int i = 0; i < cell.size(); i++) {
                out.put((byte) i);
            }
            out.putShort((short) cell.values().length).put(cell.values());
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        out.put((byte) utf8.length).put(utf8);
    }

    @Override
    public Object read(byte[] batch) {
        ByteBuffer in = ByteBuffer.wrap(batch, 1, batch.length - 1);
        long firstId = in.getLong();
        int count = in.getShort();
        String map = text(in, batch);
        String[] writers = texts(in, batch);
        String[] names = texts(in, batch);
        List<Op> read = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String key = text(in, batch);
            in.get();
            Stamp stamp = new Stamp(in.getLong(), writers[in.get()]);
            String[] own = new String[in.get()];
            for (int j = 0; j < own.length; j++) {
                own[j] = names[in.get()];
            }
            byte[] values = new byte[in.getShort()];
            in.get(values);
            if (checks) {
                CborReader reader = new CborReader(values);
                for (int j = 0; j < own.length; j++) {
                    reader.value(DEPTH_MAX);
                }
            }
            read.add(new Op(firstId + i, map, key, FieldsCell.set(stamp, Life.FOREVER, own, values)));
        }
        return read;
    }

    private static String[] texts(ByteBuffer in, byte[] batch) {
        String[] texts = new String[in.get()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = text(in, batch);
        }
        return texts;
    }

    private static String text(ByteBuffer in, byte[] batch) {
        int length = in.get() & 0xff;
        String text = new String(batch, in.position(), length, UTF_8);
        in.position(in.position() + length);
        return text;
    }

    @Override
    @SuppressWarnings("unchecked")
    public List<Row> rows(Object read) {
        return OurCodec.rowsOf((List<Op>) read);
    }
}
