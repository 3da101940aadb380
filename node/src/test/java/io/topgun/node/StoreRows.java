package io.topgun.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The raw rows of a store by column family, read and written by RocksDB alone: none of our code is between them and the disk.
 */
record StoreRows(Map<String, List<Row>> families) {
    /** Where a data directory has its database. */
    static final String DATABASE = "store/db";

    /** A key and its value. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(byte[] key, byte[] value) {}

    /** The rows of a store that nobody has open. */
    static StoreRows read(Path dir) throws RocksDBException {
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        Map<String, List<Row>> families = new LinkedHashMap<>();
        try (Options list = new Options();
                DBOptions options = new DBOptions();
                RocksDB db = RocksDB.openReadOnly(
                        options,
                        dir.toString(),
                        descriptors(RocksDB.listColumnFamilies(list, dir.toString())),
                        handles)) {
            for (ColumnFamilyHandle handle : handles) {
                families.put(new String(handle.getName(), UTF_8), rows(db, handle));
            }
            handles.forEach(ColumnFamilyHandle::close);
        }
        return new StoreRows(families);
    }

    private static List<ColumnFamilyDescriptor> descriptors(List<byte[]> families) {
        return families.stream().map(ColumnFamilyDescriptor::new).toList();
    }

    private static List<Row> rows(RocksDB db, ColumnFamilyHandle family) throws RocksDBException {
        List<Row> rows = new ArrayList<>();
        try (RocksIterator each = db.newIterator(family)) {
            for (each.seekToFirst(); each.isValid(); each.next()) {
                rows.add(new Row(each.key(), each.value()));
            }
            each.status();
        }
        return rows;
    }

    /** Makes a store of these rows in an empty directory. */
    void write(Path dir) throws RocksDBException {
        List<byte[]> names =
                families.keySet().stream().map(name -> name.getBytes(UTF_8)).toList();
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (DBOptions options = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
                RocksDB db = RocksDB.open(options, dir.toString(), descriptors(names), handles)) {
            int family = 0;
            for (List<Row> rows : families.values()) {
                ColumnFamilyHandle handle = handles.get(family++);
                for (Row row : rows) {
                    db.put(handle, row.key(), row.value());
                }
            }
            handles.forEach(ColumnFamilyHandle::close);
        }
    }
}
