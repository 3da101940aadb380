package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Prints what the hot paths cost per cell, on cells like the cities: six short fields, all of one
 * stamp. A check for gross mistakes, run by hand; comparisons belong to JMH.
 */
final class CodecTimes {
    private static final int CELLS = 1_000;
    private static final int ROUNDS = 300;
    private static final String[] NAMES = {"lat", "lng", "name", "admin1", "admin2", "country"};
    private static long sink;

    private CodecTimes() {}

    public static void main(String[] args) {
        List<Entry> entries = cities();
        List<Op> ops = new ArrayList<>();
        List<byte[]> rows = new ArrayList<>();
        CellCodec codec = new CellCodec();
        for (Entry entry : entries) {
            ops.add(new Op(ops.size(), entry.map(), entry.key(), entry.cell()));
            rows.add(codec.canonical(entry.key(), entry.cell()));
        }
        byte[] frame = MessageCodec.encode(new Message.Ops(Level.PERSISTED, ops, List.of()));
        List<Cell> updates = updates();
        System.out.println("bytes per cell: block " + frame.length / CELLS + ", canonical " + rows.get(0).length);

        time(
                "OPS frame decode",
                () -> MessageCodec.decode(frame, Limits.defaults()).size());
        List<byte[]> frames1 = new ArrayList<>();
        ops.forEach(op -> frames1.add(MessageCodec.encode(new Message.Ops(Level.PERSISTED, List.of(op), List.of()))));
        time("OPS frame of one decode", () -> {
            long n = 0;
            for (byte[] one : frames1) {
                n += MessageCodec.decode(one, Limits.defaults()).size();
            }
            return n;
        });
        CborWriter out = new CborWriter(1 << 20);
        time("block encode", () -> {
            out.reset();
            BlockCodec.write(out, entries);
            return out.size();
        });
        time("canonical encode", () -> {
            long n = 0;
            for (Entry entry : entries) {
                n += codec.canonical(entry.key(), entry.cell()).length;
            }
            return n;
        });
        time("canonical decode", () -> {
            long n = 0;
            for (byte[] row : rows) {
                n += codec.decodeCanonical(row).key().length();
            }
            return n;
        });
        time("digest", () -> {
            long n = 0;
            for (Entry entry : entries) {
                n += codec.hash(entry.key(), entry.cell());
            }
            return n;
        });
        time("merge, an update of one field", () -> {
            long n = 0;
            for (int i = 0; i < CELLS; i++) {
                n += entries.get(i).cell().merge(updates.get(i)).newestMs();
            }
            return n;
        });
        List<Entry> later = cities();
        time("merge, the same again", () -> {
            long n = 0;
            for (int i = 0; i < CELLS; i++) {
                n += entries.get(i).cell().merge(later.get(i).cell()).newestMs();
            }
            return n;
        });
        Cell deleted = FieldsCell.delete(Stamp.of(VectorCells.MS + 9_999_999, 0, "w2"));
        time("merge, a whole replacement", () -> {
            long n = 0;
            for (Entry entry : entries) {
                n += entry.cell().merge(deleted).newestMs();
            }
            return n;
        });
        System.out.println(sink == 0 ? "" : "done");
    }

    private static List<Entry> cities() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < CELLS; i++) {
            CborWriter values = new CborWriter();
            values.number(48.85341 + i / 100.0).number(2.3488 - i / 100.0).text("Ville-sur-Mer " + i);
            values.text("11").text("75").text("FR");
            Stamp stamp = Stamp.of(VectorCells.MS + i, i & 7, "9f86d081884c7d65");
            entries.add(new Entry(
                    "cities", "2988" + (507 + i), FieldsCell.set(stamp, Life.FOREVER, NAMES, values.toByteArray())));
        }
        return entries;
    }

    private static List<Cell> updates() {
        List<Cell> updates = new ArrayList<>();
        String[] name = {"name"};
        for (int i = 0; i < CELLS; i++) {
            Stamp stamp = Stamp.of(VectorCells.MS + 1_000_000 + i, 0, "w2");
            updates.add(FieldsCell.update(stamp, name, VectorCells.cbor("Renamed " + i)));
        }
        return updates;
    }

    private static void time(String what, LongSupplier work) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long start = System.nanoTime();
            sink += work.getAsLong();
            best = Math.min(best, System.nanoTime() - start);
            sink++;
        }
        long start = System.nanoTime();
        for (int i = 0; i < ROUNDS; i++) {
            sink += work.getAsLong();
        }
        long mean = (System.nanoTime() - start) / ROUNDS / CELLS;
        System.out.println(what + ": " + mean + " ns, best " + best / CELLS);
    }
}
