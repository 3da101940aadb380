package io.topgun.persistence.rocksdb;

import com.typesafe.config.Config;
import java.nio.file.Path;

/**
 * The validated settings and limits of a store.
 *
 * @param sync whether a commit waits for the disk; off is for tests and throw-away data
 * @param queueWritesMax writes that may wait for a commit
 * @param queueBytesMax bytes that may wait for a commit
 * @param batchWritesMax writes in one commit
 * @param batchBytesMax bytes in one commit; one larger write still goes through, alone
 * @param walBytesMax bytes of write-ahead log after which memtables are flushed
 */
record StoreSettings(
        Path dir,
        boolean sync,
        int queueWritesMax,
        long queueBytesMax,
        int batchWritesMax,
        long batchBytesMax,
        long blockCacheBytes,
        long writeBufferBytes,
        long walBytesMax,
        int backgroundJobs) {

    StoreSettings {
        atLeastOne(queueWritesMax, "queue-writes-max");
        atLeastOne(queueBytesMax, "queue-bytes-max");
        atLeastOne(batchWritesMax, "batch-writes-max");
        atLeastOne(batchBytesMax, "batch-bytes-max");
        atLeastOne(blockCacheBytes, "block-cache");
        atLeastOne(writeBufferBytes, "write-buffer");
        atLeastOne(walBytesMax, "wal-max");
        // One for flushes and one for compactions: with a single one a compaction stalls writes.
        if (backgroundJobs < 2) throw new IllegalArgumentException("background-jobs must be 2 or more");
    }

    /** Reads the section {@code topgun.persistence.rocksdb}. */
    static StoreSettings of(Config config) {
        return new StoreSettings(
                Path.of(config.getString("dir")),
                config.getBoolean("sync"),
                config.getInt("queue-writes-max"),
                config.getBytes("queue-bytes-max"),
                config.getInt("batch-writes-max"),
                config.getBytes("batch-bytes-max"),
                config.getBytes("block-cache"),
                config.getBytes("write-buffer"),
                config.getBytes("wal-max"),
                config.getInt("background-jobs"));
    }

    private static void atLeastOne(long value, String name) {
        if (value < 1) throw new IllegalArgumentException(name + " must be 1 or more, is " + value);
    }
}
