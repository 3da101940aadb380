package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import scala.concurrent.Batchable;

/**
 * The one thread that writes: it takes all that waits, commits it with one sync, and begins again.
 *
 * <p>While one commit waits for the disk the next one gathers, so that a batch grows with the load
 * and no timer is needed. After a failed commit nobody knows what is on the disk: that commit's
 * writes fail, and all later ones are refused until the store is opened again.
 */
final class Committer implements Runnable {
    /** Writes a batch durably; a seam, because a disk cannot be made to fail on demand. */
    interface Log {
        void write(WriteBatch rows) throws RocksDBException;
    }

    private final CommitQueue queue;
    private final Batch batch;
    private final Log log;
    private final Executor completions;
    private volatile StoreStats stats = new StoreStats(0, 0, 0, 0);
    private volatile @Nullable RocksStoreException failure;

    Committer(CommitQueue queue, Batch batch, Log log, Executor completions) {
        this.queue = queue;
        this.batch = batch;
        this.log = log;
        this.completions = completions;
    }

    @Override
    public void run() {
        try {
            for (List<Write> writes = queue.take(); !writes.isEmpty(); writes = queue.take()) commit(writes);
        } catch (Error e) {
            fail(new RocksStoreException(Reason.IO, "the committer died", e));
            throw e;
        } finally {
            queue.close();
        }
    }

    private void commit(List<Write> writes) {
        long start = System.nanoTime();
        RocksStoreException failed = null;
        try {
            for (Write write : writes) add(write);
            if (!batch.isEmpty()) {
                log.write(batch.rows());
                count(writes, System.nanoTime() - start);
            }
        } catch (RocksDBException | RuntimeException e) { // The thread's edge: it must not die silently.
            failed = new RocksStoreException(Reason.IO, "a commit failed, its outcome is unknown", e);
            fail(failed);
        } finally {
            batch.clear();
        }
        complete(new Completion(writes, failed));
    }

    private void add(Write write) throws RocksDBException {
        try {
            if (failure != null && !write.isBarrier())
                throw new RocksStoreException(Reason.READ_ONLY, "the store is read-only since a write failed", failure);
            write.addTo(batch);
        } catch (RocksStoreException e) {
            write.refuse(e);
        }
    }

    private void complete(Completion completion) {
        try {
            completions.execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run(); // The actor system is going down; its last writes still get an answer.
        }
    }

    private void count(List<Write> writes, long nanos) {
        StoreStats s = stats;
        long bytes = s.bytes();
        for (Write write : writes) bytes += write.bytes();
        stats = new StoreStats(s.commits() + 1, s.writes() + writes.size(), bytes, s.nanos() + nanos);
    }

    /** Makes the store read-only; the first cause is the one that is kept. */
    synchronized void fail(RocksStoreException cause) {
        if (failure == null) failure = cause;
    }

    Optional<RocksStoreException> failure() {
        return Optional.ofNullable(failure);
    }

    StoreStats stats() {
        return stats;
    }

    /** Batchable: a dispatcher then runs the callbacks of a whole commit as one task. */
    private record Completion(List<Write> writes, @Nullable RocksStoreException failure)
            implements Runnable, Batchable {
        @Override
        public void run() {
            for (Write write : writes) write.complete(failure);
        }
    }
}
