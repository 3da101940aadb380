package io.topgun.persistence.rocksdb;

import org.jspecify.annotations.Nullable;

/** The one exception of this plugin; {@link #reason()} says what a caller can do about it. */
public final class RocksStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why the store refused or failed. */
    public enum Reason {
        /** Another process, or another actor system of this one, has the directory open. */
        LOCKED,
        /** The directory was written by a newer version, or by something else. */
        FORMAT,
        /** What was read is not what was written. */
        CORRUPT,
        /** The store is closing or closed. */
        CLOSED,
        /** An earlier write failed, so the store takes no more of them until it is opened again. */
        READ_ONLY,
        /** The queue of writes is full; nothing was written. */
        OVERLOADED,
        /** The sequence number was given to another event already; nothing was written. */
        SEQUENCE_TAKEN,
        /** The persistence id is empty or too long. */
        BAD_ID,
        /** The disk or the database failed. A write that ends so may have happened or not. */
        IO
    }

    private final Reason reason;

    RocksStoreException(Reason reason, String message) {
        this(reason, message, null);
    }

    RocksStoreException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
