package io.topgun.protocol;

import io.topgun.crdt.CborItems;
import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Shares;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Writes cells in one of the two forms. */
final class CellWriter {
    private static final OwnField[] NONE = {};

    private final CborWriter out;
    private final CellForm.Out form;

    CellWriter(CborWriter out, CellForm.Out form) {
        this.out = out;
        this.form = form;
    }

    /** A field with a stamp of its own, and where its value is. */
    private record OwnField(Stamp stamp, int field, int from, int to) {}

    void write(String key, Cell cell) {
        switch (cell) {
            case ValueCell value -> value(key, value);
            case FieldsCell fields -> fields(key, fields);
            case OrCell or -> or(key, or);
            case CounterCell counter -> counter(key, counter);
        }
    }

    private void head(int length, String key, Cell cell) {
        out.array(length).text(key).integer(cell.kind().id());
    }

    private void stamp(long time, String writer) {
        ms(Stamp.msOf(time));
        out.integer(Stamp.counterOf(time));
        form.writer(out, writer);
    }

    private void ms(long ms) {
        out.integer(ms - form.baseMs());
    }

    private void value(String key, ValueCell cell) {
        Life life = cell.life();
        head(life.idleMs() != 0 ? 9 : life.expiresMs() != 0 ? 7 : 6, key, cell);
        stamp(cell.time(), cell.writer());
        cell.value().ifPresentOrElse(this::raw, () -> out.undefined());
        if (life.idleMs() != 0 && life.expiresMs() == 0) {
            out.nothing();
        }
        life(life);
    }

    private void life(Life life) {
        if (life.expiresMs() != 0) {
            ms(life.expiresMs());
        }
        if (life.idleMs() != 0) {
            out.integer(life.idleMs());
            ms(life.touchedMs());
        }
    }

    private void fields(String key, FieldsCell cell) {
        OwnField[] own = cell.isWhole() ? NONE : ownFields(cell);
        head(3 + groups(own), key, cell);
        if (cell.hasBase()) {
            base(cell, cell.size() - own.length);
        } else {
            out.nothing();
        }
        for (int from = 0; from < own.length; ) {
            int to = groupEnd(own, from);
            group(cell, own, from, to);
            from = to;
        }
    }

    /** By stamp; those of one stamp stay in text order. */
    private static OwnField[] ownFields(FieldsCell cell) {
        OwnField[] own = new OwnField[cell.size()];
        int count = 0;
        int from = 0;
        for (int i = 0; i < cell.size(); i++) {
            int to = CborItems.end(cell.values(), from);
            Stamp stamp = cell.ownStamp(i);
            if (stamp != null) {
                own[count++] = new OwnField(stamp, i, from, to);
            }
            from = to;
        }
        Arrays.sort(own, 0, count, Comparator.comparing(OwnField::stamp));
        return Arrays.copyOf(own, count);
    }

    private static int groups(OwnField[] own) {
        int groups = 0;
        for (int from = 0; from < own.length; from = groupEnd(own, from)) {
            groups++;
        }
        return groups;
    }

    private static int groupEnd(OwnField[] own, int from) {
        int to = from + 1;
        while (to < own.length && own[to].stamp().equals(own[from].stamp())) {
            to++;
        }
        return to;
    }

    private void base(FieldsCell cell, int fields) {
        Life life = cell.life();
        int flags = (cell.isPresent() ? FieldsReader.PRESENT : 0)
                | (life.expiresMs() == 0 ? 0 : FieldsReader.EXPIRES)
                | (life.idleMs() == 0 ? 0 : FieldsReader.IDLE);
        out.array(FieldsReader.headLength(flags) + 2 * fields);
        stamp(cell.baseTime(), cell.baseWriter());
        out.integer(flags);
        life(life);
        String[] names = cell.names();
        byte[] values = cell.values();
        int from = 0;
        for (int i = 0; i < names.length; i++) {
            int to = CborItems.end(values, from);
            if (cell.ownStamp(i) == null) {
                form.name(out, names, i);
                out.raw(values, from, to);
            }
            from = to;
        }
    }

    private void group(FieldsCell cell, OwnField[] own, int from, int to) {
        out.array(3 + 2 * (to - from));
        stamp(own[from].stamp().time(), own[from].stamp().writer());
        for (int i = from; i < to; i++) {
            form.name(out, cell.names(), own[i].field());
            out.raw(cell.values(), own[i].from(), own[i].to());
        }
    }

    private void or(String key, OrCell cell) {
        List<OrTag> tags = cell.tags();
        head(2 + tags.size(), key, cell);
        for (OrTag tag : tags) {
            out.array(tag.isRemoved() ? 5 : 4);
            stamp(tag.time(), tag.writer());
            tag.value().ifPresentOrElse(this::raw, () -> out.undefined());
            if (tag.isRemoved()) {
                ms(tag.removedMs());
            }
        }
    }

    private void counter(String key, CounterCell cell) {
        Shares shares = cell.shares();
        head(3 + shares.size(), key, cell);
        cell.folded().ifPresentOrElse(this::folded, out::nothing);
        for (int i = 0; i < shares.size(); i++) {
            out.array(5);
            stamp(shares.time(i), shares.writer(i));
            out.integer(shares.plus(i)).integer(shares.minus(i));
        }
    }

    private void folded(CounterCell.Folded folded) {
        out.array(3);
        ms(folded.ms());
        out.integer(folded.plus()).integer(folded.minus());
    }

    private void raw(byte[] value) {
        out.raw(value, 0, value.length);
    }
}
