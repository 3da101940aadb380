package io.topgun.protocol;

import io.topgun.crdt.CborItems;
import io.topgun.crdt.Cell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
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
        }
    }

    private void head(int length, String key, Cell cell) {
        out.array(length).text(key).integer(cell.kind().id());
    }

    private void stamp(long time, String writer) {
        out.integer(Stamp.msOf(time) - form.baseMs()).integer(Stamp.counterOf(time));
        form.writer(out, writer);
    }

    private void expires(long expiresMs) {
        if (expiresMs != 0) {
            out.integer(expiresMs - form.baseMs());
        }
    }

    private void value(String key, ValueCell cell) {
        head(cell.expiresMs() == 0 ? 6 : 7, key, cell);
        stamp(cell.time(), cell.writer());
        cell.value().ifPresentOrElse(this::raw, () -> out.undefined());
        expires(cell.expiresMs());
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
        out.array(4 + (cell.expiresMs() == 0 ? 0 : 1) + 2 * fields);
        stamp(cell.baseTime(), cell.baseWriter());
        out.integer((cell.isPresent() ? 1 : 0) | (cell.expiresMs() == 0 ? 0 : 2));
        expires(cell.expiresMs());
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
                out.integer(tag.removedMs() - form.baseMs());
            }
        }
    }

    private void raw(byte[] value) {
        out.raw(value, 0, value.length);
    }
}
