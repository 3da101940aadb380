package io.topgun.persistence.rocksdb;

import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** One caller's change to the store, and the place where its outcome goes. */
abstract class Write {
    /** Is told how a write ended: well if the failure is null. Must not block. */
    interface Outcome {
        void ended(@Nullable RocksStoreException failure);
    }

    private final Outcome outcome;
    private @Nullable RocksStoreException refusal;

    Write(Outcome outcome) {
        this.outcome = outcome;
    }

    /** The bytes that the queue and the commit count for it. */
    abstract long bytes();

    /**
     * Adds the rows to a commit, on the committer's thread.
     *
     * @throws RocksStoreException to refuse this write alone; nothing may have been added before
     */
    abstract void addTo(Batch batch) throws RocksDBException;

    /** Whether it only waits for the writes before it, which a read-only store allows too. */
    boolean isBarrier() {
        return false;
    }

    /** Fails this write, and not the whole commit. */
    final void refuse(RocksStoreException cause) {
        refusal = cause;
    }

    final void complete(@Nullable RocksStoreException commitFailure) {
        RocksStoreException failure = refusal != null ? refusal : commitFailure;
        if (failure == null) committed();
        outcome.ended(failure);
    }

    /** Is called when the rows can be read, before the outcome is told. */
    void committed() {}

    /** A write of nothing, which ends when all that was queued before it has ended. */
    static Write barrier(Outcome outcome) {
        return new Write(outcome) {
            @Override
            long bytes() {
                return 0;
            }

            @Override
            void addTo(Batch batch) {}

            @Override
            boolean isBarrier() {
                return true;
            }
        };
    }
}
