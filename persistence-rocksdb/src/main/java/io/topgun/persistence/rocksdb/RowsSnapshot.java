package io.topgun.persistence.rocksdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incremental snapshot: the rows of a state that changed since the last one that was saved.
 *
 * <p>Given to the snapshot store in place of a state, its rows are put and deleted among those stored
 * before, together with the header and in one synced batch: the cost follows what changed. A load
 * gives back {@link StoredRows}, all live rows. Per persistence id there is one set of stored rows,
 * as of the last saved snapshot; earlier ones cannot be loaded.
 *
 * <p>A save that failed may have happened all the same. The next snapshot must then carry the changes
 * of both, deletions included. How many rows one snapshot has is the caller's bound: they are held in
 * memory until the commit and are written all or none.
 *
 * <p>The arrays are not copied and must not be changed after they were given.
 */
public final class RowsSnapshot {
    private final byte[] header;
    private final boolean replacing;
    private final List<byte[]> keys;
    private final List<byte @Nullable []> values;
    private final long bytes;

    private RowsSnapshot(Builder builder) {
        header = builder.header;
        replacing = builder.replacing;
        keys = List.copyOf(builder.keys);
        values = builder.values;
        bytes = builder.bytes;
    }

    /** Begins a snapshot of changes; the header is a small value that the load returns as it is. */
    public static Builder changes(byte[] header) {
        return new Builder(header, false);
    }

    /** Begins a snapshot that deletes all rows stored before. */
    public static Builder replacement(byte[] header) {
        return new Builder(header, true);
    }

    public byte[] header() {
        return header;
    }

    /** The rows that are put or deleted. */
    public int size() {
        return keys.size();
    }

    boolean isReplacing() {
        return replacing;
    }

    long bytes() {
        return bytes;
    }

    /** Takes a row; the value is null where it is deleted. */
    interface Visitor<E extends Exception> {
        void visit(byte[] key, byte @Nullable [] value) throws E;
    }

    <E extends Exception> void forEach(Visitor<E> visitor) throws E {
        for (int i = 0; i < keys.size(); i++) visitor.visit(keys.get(i), values.get(i));
    }

    /** Collects the rows; of two changes of one key the later one counts. */
    public static final class Builder {
        private static final int ROW_OVERHEAD_BYTES = 32;

        private final byte[] header;
        private final boolean replacing;
        private final List<byte[]> keys = new ArrayList<>();
        private final List<byte @Nullable []> values = new ArrayList<>();
        private long bytes;

        private Builder(byte[] header, boolean replacing) {
            this.header = Arrays.copyOf(header, header.length);
            this.replacing = replacing;
            bytes = (long) header.length + ROW_OVERHEAD_BYTES;
        }

        public Builder put(byte[] key, byte[] value) {
            return add(key, value, value.length);
        }

        /** Deletes a row, which need not be there. */
        public Builder delete(byte[] key) {
            return add(key, null, 0);
        }

        private Builder add(byte[] key, byte @Nullable [] value, int valueBytes) {
            keys.add(key);
            values.add(value);
            bytes += (long) key.length + valueBytes + ROW_OVERHEAD_BYTES;
            return this;
        }

        public RowsSnapshot build() {
            return new RowsSnapshot(this);
        }
    }
}
