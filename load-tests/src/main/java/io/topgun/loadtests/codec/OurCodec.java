package io.topgun.loadtests.codec;

import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Level;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The frame of an OPS message. */
final class OurCodec implements BatchCodec {
    private static final Limits LIMITS = Limits.defaults();

    private final Message message;

    OurCodec(List<Row> rows) {
        message = new Message.Ops(Level.PERSISTED, ops(rows), List.of());
    }

    static List<Op> ops(List<Row> rows) {
        List<Op> ops = new ArrayList<>();
        for (Row row : rows) {
            Stamp stamp = Stamp.of(row.ms(), row.counter(), row.writer());
            CborWriter values = new CborWriter();
            for (Object value : row.fields().values()) {
                if (value instanceof Number number) {
                    values.number(number.doubleValue());
                } else {
                    values.text((String) value);
                }
            }
            ops.add(new Op(
                    row.id(),
                    row.map(),
                    row.key(),
                    FieldsCell.set(stamp, Life.FOREVER, Row.NAMES, values.toByteArray())));
        }
        return ops;
    }

    @Override
    public byte[] write() {
        return MessageCodec.encode(message);
    }

    @Override
    public Object read(byte[] batch) {
        return MessageCodec.decode(batch, LIMITS).get(0);
    }

    @Override
    public List<Row> rows(Object read) {
        return rowsOf(((Message.Ops) read).ops());
    }

    static List<Row> rowsOf(List<Op> ops) {
        List<Row> rows = new ArrayList<>();
        for (Op op : ops) {
            FieldsCell cell = (FieldsCell) op.delta();
            Map<String, Object> fields = new LinkedHashMap<>();
            CborReader values = new CborReader(cell.values());
            for (int i = 0; i < cell.size(); i++) {
                Object value =
                        i < 4 ? values.text() : i == 4 ? (Object) (int) values.integer() : (Object) values.number();
                fields.put(cell.names()[i], value);
            }
            Stamp stamp = new Stamp(cell.baseTime(), cell.baseWriter());
            rows.add(new Row(
                    op.id(),
                    op.map(),
                    op.key(),
                    cell.kind().id(),
                    stamp.ms(),
                    stamp.counter(),
                    stamp.writer(),
                    fields));
        }
        return rows;
    }
}
