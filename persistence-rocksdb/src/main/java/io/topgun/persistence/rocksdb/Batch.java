package io.topgun.persistence.rocksdb;

import java.util.Map;
import java.util.Objects;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** The rows of one commit, written all together or not at all. */
final class Batch implements AutoCloseable {
    private final Map<Column, ColumnFamilyHandle> families;
    private final Reader reader;
    private final WriteBatch rows = new WriteBatch();

    Batch(Map<Column, ColumnFamilyHandle> families, Reader reader) {
        this.families = families;
        this.reader = reader;
    }

    /** Reads what was committed before this batch. */
    Reader reader() {
        return reader;
    }

    void put(Column column, byte[] key, byte[] value) throws RocksDBException {
        rows.put(family(column), key, value);
    }

    void delete(Column column, byte[] key) throws RocksDBException {
        rows.delete(family(column), key);
    }

    /** Deletes from a key (inclusive) to another (exclusive) at the cost of one row. */
    void deleteRange(Column column, byte[] from, byte[] to) throws RocksDBException {
        rows.deleteRange(family(column), from, to);
    }

    boolean isEmpty() {
        return rows.count() == 0;
    }

    void clear() {
        rows.clear();
    }

    private ColumnFamilyHandle family(Column column) {
        return Objects.requireNonNull(families.get(column));
    }

    WriteBatch rows() {
        return rows;
    }

    @Override
    public void close() {
        rows.close();
    }
}
