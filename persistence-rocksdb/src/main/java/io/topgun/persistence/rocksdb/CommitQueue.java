package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The writes of all persistence ids that wait for the next commit, in the order they came.
 *
 * <p>It is bounded and refuses rather than blocks: its callers are actors, and each persistent actor
 * has one request outstanding, so that a full queue means a disk that has stopped.
 */
final class CommitQueue {
    private final StoreSettings limits;
    private final ArrayDeque<Write> waiting = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private long waitingBytes;
    private boolean closed;

    CommitQueue(StoreSettings limits) {
        this.limits = limits;
    }

    void add(Write write) {
        lock.lock();
        try {
            if (closed) throw new RocksStoreException(Reason.CLOSED, "the store is closed");
            if (waiting.size() >= limits.queueWritesMax()
                    || (waitingBytes + write.bytes() > limits.queueBytesMax() && !waiting.isEmpty()))
                throw new RocksStoreException(
                        Reason.OVERLOADED,
                        waiting.size() + " writes of " + waitingBytes + " bytes wait for the disk already");
            waiting.add(write);
            waitingBytes += write.bytes();
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for writes and takes as many as one commit may hold; empty once closed and drained. */
    List<Write> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) arrived.awaitUninterruptibly();
            List<Write> taken = new ArrayList<>(Math.min(waiting.size(), limits.batchWritesMax()));
            long bytes = 0;
            for (Write next = waiting.peek(); fits(next, taken, bytes); next = waiting.peek()) {
                taken.add(waiting.remove());
                bytes += next.bytes();
            }
            waitingBytes -= bytes;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private boolean fits(@Nullable Write next, List<Write> taken, long bytes) {
        if (next == null) return false;
        return taken.isEmpty()
                || (taken.size() < limits.batchWritesMax() && bytes + next.bytes() <= limits.batchBytesMax());
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses what comes from now on; what waits is still taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
