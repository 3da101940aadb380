package io.topgun.persistence.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.WALRecoveryMode;

/** The open RocksDB with its families and options, closed in the order that native memory needs. */
final class Database implements AutoCloseable {
    /** Tables of one memtable each that gather before they are merged into the level below. */
    private static final int LEVEL0_TABLES = 12;

    private final Deque<RocksObject> opened = new ArrayDeque<>();
    private final RocksDB db;
    private final Map<Column, ColumnFamilyHandle> families = new EnumMap<>(Column.class);

    private Database(StoreSettings settings, Path dir) throws RocksDBException {
        LRUCache cache = own(new LRUCache(settings.blockCacheBytes()));
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (Column column : Column.values())
            descriptors.add(new ColumnFamilyDescriptor(column.family(), own(familyOptions(settings, cache))));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try {
            db = RocksDB.open(own(options(settings)), dir.toString(), descriptors, handles);
        } catch (RocksDBException e) {
            closeOptions();
            throw e;
        }
        for (Column column : Column.values()) families.put(column, handles.get(families.size()));
    }

    static Database open(StoreSettings settings, Path dir) throws RocksDBException, IOException {
        refuseUnknownFamilies(dir);
        return new Database(settings, dir);
    }

    private static void refuseUnknownFamilies(Path dir) throws RocksDBException {
        if (!Files.exists(dir.resolve("CURRENT"))) return;
        try (Options options = new Options()) {
            for (byte[] family : RocksDB.listColumnFamilies(options, dir.toString())) {
                boolean known = Arrays.stream(Column.values()).anyMatch(c -> Arrays.equals(c.family(), family));
                if (!known)
                    throw new RocksStoreException(
                            Reason.FORMAT,
                            dir + " has the column family " + new String(family, UTF_8)
                                    + ": it was written by a newer version or is not a store of this plugin");
            }
        }
    }

    private static DBOptions options(StoreSettings settings) {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                // A crash may tear the tail of the log in any way, holes included, but what was
                // acknowledged lies before the last sync. So: everything up to the first bad record.
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setMaxTotalWalSize(settings.walBytesMax())
                // A start after a crash replays the log into memory, and does not wait for a flush.
                .setAvoidFlushDuringRecovery(true)
                // After an error the store stays read-only until a person has looked.
                .setMaxBgErrorResumeCount(0)
                .setMaxBackgroundJobs(settings.backgroundJobs())
                .setMaxOpenFiles(256)
                .setStatsDumpPeriodSec(0)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(4);
    }

    private static ColumnFamilyOptions familyOptions(StoreSettings settings, LRUCache cache) {
        return new ColumnFamilyOptions()
                .setWriteBufferSize(settings.writeBufferBytes())
                // Many tables go down a level at a time: each time rewrites what is there already. The price, more
                // places to look at, is paid by reads, which there are at recovery only.
                .setLevel0FileNumCompactionTrigger(LEVEL0_TABLES)
                .setLevel0SlowdownWritesTrigger(3 * LEVEL0_TABLES)
                .setLevel0StopWritesTrigger(4 * LEVEL0_TABLES)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setBlockSize(16 << 10)
                        .setFormatVersion(6));
    }

    private <T extends RocksObject> T own(T resource) {
        opened.push(resource);
        return resource;
    }

    RocksDB db() {
        return db;
    }

    Map<Column, ColumnFamilyHandle> families() {
        return families;
    }

    ColumnFamilyHandle family(Column column) {
        return Objects.requireNonNull(families.get(column));
    }

    /** Writes what is in memory to tables, so that the next open has no log to replay. */
    void flush() throws RocksDBException {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            db.flush(options, List.copyOf(families.values()));
        }
    }

    @Override
    public void close() throws RocksDBException {
        db.cancelAllBackgroundWork(true);
        families.values().forEach(ColumnFamilyHandle::close);
        try {
            db.closeE();
        } finally {
            closeOptions();
        }
    }

    private void closeOptions() {
        opened.forEach(RocksObject::close);
    }
}
