package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * The owner of the one database: it opens it, lets writes queue and reads in, and closes it.
 *
 * <p>Native memory must not be touched after it was freed. So the database is reached only from the
 * committer's thread, which is joined, and inside {@link #read}, which holds a lock that closing waits
 * for; once closing, both refuse.
 */
final class RocksStore implements AutoCloseable {
    /** A piece of reading; what it returns must not refer to the database. */
    interface Read<T> {
        T from(Reader reader) throws RocksDBException;
    }

    private final StoreLock lock;
    private final Database database;
    private final StoreIdentity identity;
    private final CommitQueue queue;
    private final Batch batch;
    private final WriteOptions writeOptions;
    private final Committer committer;
    private final Thread committerThread;
    private final Reader reader;
    private final ReadWriteLock open = new ReentrantReadWriteLock();
    private volatile boolean closing;
    private boolean closed;

    /** How to open a store: where outcomes are told, whence ids come, and how a batch is written. */
    record Opening(
            StoreSettings settings, Executor completions, LongSupplier random, UnaryOperator<Committer.Log> log) {}

    /** Opens or creates the store, as its only owner; outcomes of writes are told on the executor. */
    static RocksStore open(StoreSettings settings, Executor completions, LongSupplier random) {
        return open(new Opening(settings, completions, random, UnaryOperator.identity()));
    }

    static RocksStore open(Opening opening) {
        Path dir = opening.settings().dir();
        try {
            Files.createDirectories(dir);
            StoreLock lock = StoreLock.acquire(dir);
            try {
                return openLocked(opening, lock);
            } catch (RocksDBException | RocksStoreException | IOException e) {
                lock.close();
                throw e;
            }
        } catch (RocksDBException | IOException e) {
            throw new RocksStoreException(Reason.IO, "cannot open the store in " + dir, e);
        }
    }

    private static RocksStore openLocked(Opening opening, StoreLock lock) throws RocksDBException, IOException {
        NativeLibrary.load(opening.settings().dir().resolve("native"));
        Path dir = Files.createDirectories(opening.settings().dir().resolve("db"));
        Database database = Database.open(opening.settings(), dir);
        try {
            StoreIdentity identity =
                    StoreIdentity.next(database.db().get(database.family(Column.META), Keys.STORE), opening.random());
            try (WriteOptions synced = new WriteOptions().setSync(true)) {
                database.db().put(database.family(Column.META), synced, Keys.STORE, identity.encoded());
            }
            return new RocksStore(opening, lock, database, identity);
        } catch (RocksDBException | RocksStoreException e) {
            database.close();
            throw e;
        }
    }

    private RocksStore(Opening opening, StoreLock lock, Database database, StoreIdentity identity) {
        this.lock = lock;
        this.database = database;
        this.identity = identity;
        queue = new CommitQueue(opening.settings());
        reader = new Reader(database, () -> closing);
        batch = new Batch(database.families(), reader);
        writeOptions = new WriteOptions().setSync(opening.settings().sync());
        Committer.Log log = opening.log().apply(rows -> database.db().write(writeOptions, rows));
        committer = new Committer(queue, batch, log, opening.completions());
        committerThread = Thread.ofPlatform().name("rocksdb-committer").daemon().start(committer);
    }

    StoreIdentity identity() {
        return identity;
    }

    /**
     * Queues a write; its outcome comes through {@link Write#complete}.
     *
     * @throws RocksStoreException if it was not queued
     */
    void submit(Write write) {
        queue.add(write);
    }

    /** Reads, on the caller's thread; a long scan ends with {@code CLOSED} when the store closes. */
    <T> T read(Read<T> read) {
        open.readLock().lock();
        try {
            if (closing) throw new RocksStoreException(Reason.CLOSED, "the store is closed");
            return read.from(reader);
        } catch (RocksDBException e) {
            throw new RocksStoreException(Reason.IO, "a read failed", e);
        } finally {
            open.readLock().unlock();
        }
    }

    /** The state of the store; a background error that no write has met yet is found here. */
    StoreHealth health() {
        try {
            if (committer.failure().isEmpty() && backgroundErrors() > 0)
                committer.fail(new RocksStoreException(Reason.IO, "a flush or compaction of the database failed"));
        } catch (RocksStoreException e) {
            return new StoreHealth(Optional.of(text(e)), queue.size());
        }
        return new StoreHealth(committer.failure().map(RocksStore::text), queue.size());
    }

    private static String text(RocksStoreException failure) {
        Throwable cause = failure.getCause();
        return failure.getMessage() + (cause == null ? "" : ": " + cause.getMessage());
    }

    private long backgroundErrors() {
        return read(r -> database.db().getLongProperty("rocksdb.background-errors"));
    }

    StoreStats stats() {
        return committer.stats();
    }

    /** Commits what is queued, waits for readers, and closes the database with nothing left in its log. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        queue.close();
        joinCommitter();
        closing = true;
        open.writeLock().lock();
        try {
            batch.close();
            if (committer.failure().isEmpty()) database.flush();
        } catch (RocksDBException e) {
            throw new RocksStoreException(Reason.IO, "the last flush failed; the log still has all", e);
        } finally {
            closeDatabase();
            open.writeLock().unlock();
        }
    }

    private void closeDatabase() {
        try {
            database.close();
            writeOptions.close();
            lock.close();
        } catch (RocksDBException | IOException e) {
            throw new RocksStoreException(Reason.IO, "the database did not close", e);
        }
    }

    private void joinCommitter() {
        boolean interrupted = false;
        while (committerThread.isAlive()) {
            try {
                committerThread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
