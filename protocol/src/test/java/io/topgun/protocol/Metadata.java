package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Shares;
import io.topgun.crdt.Stamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What cells of one partition take after very many writers, before and after the frontier passes. Run by hand it prints the table of
 * docs/performance.md; {@link MetadataTest} asserts the bounds.
 */
final class Metadata {
    private static final long MS = 1_700_000_000_000L;
    private static final byte[] VALUE = VectorCells.cbor("0123456789");

    /** Behind all that the cases write. */
    static final long FRONTIER_MS = MS + 100 * CounterCell.SHARE_MS;

    private Metadata() {}

    /** Cells of a partition, and what one of its canonical forms and a block of all take; bytes. */
    record Size(int cells, long greatestCell, long partition, long heap) {}

    public static void main(String[] args) {
        size(pruned(counter(10)), usedBytes()); // so that classes are loaded before heaps are compared
        size(pruned(set(1, 10, 1)), 0);
        line("warm-up", size(pruned(object(10, 5, true)), 0));
        System.out.println("| case | cells | greatest cell | partition | heap |");
        print("a counter of 100,000 clients", () -> counter(100_000));
        print("1,000 live of 1,000,000 added to a set", () -> set(20, 50_000, 50));
        print("1,000,000 added to a set, all removed", () -> set(20, 50_000, 0));
        print("an object of 1,000 fields, 10,000 clients", () -> object(10_000, 1_000, false));
        print("the same, half of the fields removed", () -> object(10_000, 1_000, true));
    }

    private static void print(String name, Supplier<List<Cell>> made) {
        List<List<Cell>> kept = new ArrayList<>();
        long empty = usedBytes();
        kept.add(made.get());
        long before = usedBytes() - empty;
        line(name + ", before", size(kept.get(0), before));
        kept.set(0, pruned(kept.get(0)));
        line(name + ", after", size(kept.get(0), Math.max(0, usedBytes() - empty)));
    }

    private static void line(String name, Size size) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %,d | %,d | %,d |%n",
                name,
                size.cells(),
                size.greatestCell(),
                size.partition(),
                size.heap());
    }

    private static long usedBytes() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    static Size size(List<Cell> cells, long heap) {
        CellCodec codec = new CellCodec();
        long greatest = 0;
        List<Entry> entries = new ArrayList<>();
        for (Cell cell : cells) {
            greatest = Math.max(greatest, codec.canonical("k", cell).length);
            entries.add(new Entry("m", "key " + entries.size(), cell));
        }
        CborWriter block = new CborWriter();
        BlockCodec.write(block, entries);
        return new Size(cells.size(), greatest, block.size(), heap);
    }

    static List<Cell> pruned(List<Cell> cells) {
        List<Cell> rest = new ArrayList<>();
        cells.forEach(cell -> cell.pruned(FRONTIER_MS).ifPresent(rest::add));
        return rest;
    }

    private static String writer(int i) {
        return "client" + Integer.toString(1_000_000 + i, 36);
    }

    /** A counter that so many clients have counted with, once each. */
    static List<Cell> counter(int clients) {
        long[] times = new long[clients];
        String[] writers = new String[clients];
        long[] plus = new long[clients];
        for (int i = 0; i < clients; i++) {
            times[i] = Stamp.time(MS + i, 0);
            writers[i] = writer(i);
            plus[i] = 1;
        }
        return List.of(CounterCell.of(Optional.empty(), Shares.of(times, writers, plus, new long[clients])));
    }

    /** Entries of a set to which each so many values were added; all but the last few were removed a minute later. */
    static List<Cell> set(int entries, int added, int live) {
        List<Cell> cells = new ArrayList<>();
        for (int entry = 0; entry < entries; entry++) {
            OrTag[] tags = new OrTag[added];
            for (int i = 0; i < added; i++) {
                Stamp stamp = Stamp.of(MS + i, 0, writer(i % 100));
                tags[i] = i < added - live ? OrTag.removed(stamp, MS + i + 60_000) : OrTag.live(stamp, VALUE);
            }
            cells.add(OrCell.of(tags));
        }
        return cells;
    }

    /** An object whose fields so many clients have written, one each. */
    static List<Cell> object(int clients, int fields, boolean halfRemoved) {
        FieldsCell cell = FieldsCell.set(Stamp.of(MS, 0, "w"), Life.FOREVER, new String[0], new byte[0]);
        for (int round = 0; round < clients / fields; round++) {
            String[] names = new String[fields];
            Stamp[] stamps = new Stamp[fields];
            CborWriter values = new CborWriter();
            for (int i = 0; i < fields; i++) {
                int client = round * fields + i;
                names[i] = "field" + (1_000 + i);
                stamps[i] = Stamp.of(MS + 1 + client, 0, writer(client));
                if (halfRemoved && i % 2 == 0) {
                    values.undefined();
                } else {
                    values.raw(VALUE, 0, VALUE.length);
                }
            }
            Arrays.sort(names);
            cell = cell.merge(FieldsCell.of(Optional.empty(), names, values.toByteArray(), stamps));
        }
        return List.of(cell);
    }
}
