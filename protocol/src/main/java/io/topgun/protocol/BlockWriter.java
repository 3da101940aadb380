package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes one block. The cells go to a buffer of their own, which fills the tables in order of
 * first use; then the tables are written, and the cells behind them.
 */
final class BlockWriter implements CellForm.Out {
    private final CborWriter body;
    private final long baseMs;
    private final Map<String, Integer> writers = new HashMap<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final CborWriter writerTexts = new CborWriter(64);
    private final CborWriter nameTexts = new CborWriter(128);
    private int sections;

    private String lastWriter = "";
    private int lastWriterIndex;
    private String[] lastNames = {};
    private int[] lastIndices = {};

    private BlockWriter(List<Entry> entries) {
        this.body = new CborWriter(64 + 48 * entries.size());
        this.baseMs = leastMs(entries);
    }

    static void write(CborWriter out, List<Entry> entries) {
        BlockWriter block = new BlockWriter(entries);
        block.cells(entries);
        out.array(3 + 2 * block.sections);
        out.array(block.writers.size()).raw(block.writerTexts.buffer(), 0, block.writerTexts.size());
        out.array(block.names.size()).raw(block.nameTexts.buffer(), 0, block.nameTexts.size());
        out.integer(block.baseMs).raw(block.body.buffer(), 0, block.body.size());
    }

    private void cells(List<Entry> entries) {
        CellWriter cells = new CellWriter(body, this);
        for (int from = 0; from < entries.size(); ) {
            int to = sectionEnd(entries, from);
            body.text(entries.get(from).map()).array(to - from);
            for (int i = from; i < to; i++) {
                cells.write(entries.get(i).key(), entries.get(i).cell());
            }
            sections++;
            from = to;
        }
    }

    /** Entries of one map in a row make one section. */
    private static int sectionEnd(List<Entry> entries, int from) {
        String map = entries.get(from).map();
        int to = from + 1;
        while (to < entries.size() && entries.get(to).map().equals(map)) {
            to++;
        }
        return to;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a quick way past the map
    public void writer(CborWriter out, String writer) {
        if (writer != lastWriter) {
            lastWriter = writer;
            lastWriterIndex = index(writers, writerTexts, writer);
        }
        out.integer(lastWriterIndex);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // cells of one shape share the array
    public void name(CborWriter out, String[] names, int field) {
        if (names != lastNames) {
            lastNames = names;
            lastIndices = new int[names.length];
            Arrays.fill(lastIndices, -1);
        }
        int index = lastIndices[field];
        if (index < 0) {
            index = index(this.names, nameTexts, names[field]);
            lastIndices[field] = index;
        }
        out.integer(index);
    }

    private static int index(Map<String, Integer> table, CborWriter texts, String text) {
        Integer known = table.putIfAbsent(text, table.size());
        if (known != null) {
            return known;
        }
        texts.text(text);
        return table.size() - 1;
    }

    @Override
    public long baseMs() {
        return baseMs;
    }

    private static long leastMs(List<Entry> entries) {
        long least = Long.MAX_VALUE;
        for (Entry entry : entries) {
            least = Math.min(least, leastMs(entry.cell()));
        }
        return entries.isEmpty() ? 0 : least;
    }

    private static long leastMs(Cell cell) {
        return switch (cell) {
            case ValueCell value -> Stamp.msOf(value.time());
            case FieldsCell fields -> leastMs(fields);
            case OrCell or -> Stamp.msOf(or.tags().get(0).time()); // sorted
            case CounterCell counter ->
                counter.folded()
                        .map(CounterCell.Folded::ms)
                        .orElseGet(() -> Stamp.msOf(counter.shares().time(0)));
        };
    }

    /** Of a cell with a base the base is the oldest. */
    private static long leastMs(FieldsCell cell) {
        if (cell.hasBase()) {
            return Stamp.msOf(cell.baseTime());
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < cell.size(); i++) {
            Stamp stamp = cell.ownStamp(i);
            least = stamp == null ? least : Math.min(least, stamp.ms());
        }
        return least;
    }
}
