package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import org.jspecify.annotations.Nullable;

/**
 * Rows by key, in the order of their last change: a hash table with chains and a list through all rows.
 *
 * <p>The rows are the table's nodes, 48 bytes each, and a change of one makes none: there is a row for every entry of the grid. Keys come
 * from clients, so the hash is keyed.
 */
final class RowTable {
    /** Stands for the digest of nothing, and for one that nobody has asked for. */
    static final long NO_DIGEST = 0;

    private static final int SLOTS_MIN = 4;
    private static final int SLOTS_MAX = 1 << 30;

    private final SipHash sip;
    private @Nullable Row[] slots = new @Nullable Row[SLOTS_MIN];
    private int size;
    private @Nullable Row first;
    private @Nullable Row last;

    /** A cell as a replica holds it, with its digest and the number of the change that last touched it. */
    static final class Row {
        final String key;
        private final int hash;
        private Cell cell;
        private long digest;
        private long seq;
        private @Nullable Row chain;
        private @Nullable Row before;
        private @Nullable Row after;

        private Row(String key, int hash, Cell cell, long digest, long seq) {
            this.key = key;
            this.hash = hash;
            this.cell = cell;
            this.digest = digest;
            this.seq = seq;
        }

        Cell cell() {
            return cell;
        }

        /** Digest of the cell, kept because a tree that changes asks for that of each cell it had; or {@link #NO_DIGEST}. */
        long digest() {
            return digest;
        }

        long seq() {
            return seq;
        }

        /** The row that was changed next before this one. */
        @Nullable
        Row before() {
            return before;
        }

        /** The row that was changed next after this one. */
        @Nullable
        Row after() {
            return after;
        }
    }

    RowTable(SipHash sip) {
        this.sip = sip;
    }

    int size() {
        return size;
    }

    /** The row whose last change is the oldest. */
    @Nullable
    Row first() {
        return first;
    }

    /** The row whose last change is the newest. */
    @Nullable
    Row last() {
        return last;
    }

    /** Slots of the table: a power of two, at least as many as rows, and at most four times as many. */
    int slotCount() {
        return slots.length;
    }

    int hash(String key) {
        return (int) sip.hash(key);
    }

    /** The row of a key with this hash. */
    @Nullable
    Row find(String key, int hash) {
        Row row = slots[hash & (slots.length - 1)];
        while (row != null && (row.hash != hash || !row.key.equals(key))) {
            row = row.chain;
        }
        return row;
    }

    /** Adds a row for a key that has none; it is the last. */
    void add(String key, int hash, Cell cell, long digest, long seq) {
        if (size == slots.length && size < SLOTS_MAX) {
            resize(2 * slots.length);
        }
        Row row = new Row(key, hash, cell, digest, seq);
        chain(row);
        append(row);
        size++;
    }

    /** Gives a row its next cell; it becomes the last. */
    void change(Row row, Cell cell, long digest, long seq) {
        replace(row, cell, digest);
        row.seq = seq;
        unlink(row);
        append(row);
    }

    /** Gives a row another cell in its place: what is left of the one it has. */
    void replace(Row row, Cell rest, long digest) {
        row.cell = rest;
        row.digest = digest;
    }

    /** Removes a row; where it was in the order stays known to it, so that whoever walks may remove. */
    void remove(Row row) {
        int slot = row.hash & (slots.length - 1);
        Row at = slots[slot];
        if (at == row) {
            slots[slot] = row.chain;
        } else {
            while (at != null && at.chain != row) {
                at = at.chain;
            }
            if (at == null) {
                throw new IllegalStateException("not a row of this table: " + row.key);
            }
            at.chain = row.chain;
        }
        unlink(row);
        size--;
        if (slots.length > SLOTS_MIN && size < slots.length / 4) {
            resize(slots.length / 2);
        }
    }

    private void resize(int length) {
        slots = new @Nullable Row[length];
        for (Row row = first; row != null; row = row.after) {
            chain(row);
        }
    }

    private void chain(Row row) {
        int slot = row.hash & (slots.length - 1);
        row.chain = slots[slot];
        slots[slot] = row;
    }

    private void append(Row row) {
        row.before = last;
        row.after = null;
        if (last == null) {
            first = row;
        } else {
            last.after = row;
        }
        last = row;
    }

    private void unlink(Row row) {
        if (row.before == null) {
            first = row.after;
        } else {
            row.before.after = row.after;
        }
        if (row.after == null) {
            last = row.before;
        } else {
            row.after.before = row.before;
        }
    }
}
