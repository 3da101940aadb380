package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who a store is, and which of its lives this is.
 *
 * @param storeId random, made with the database
 * @param incarnation raised and synced at each open, 1 at the first
 */
record StoreIdentity(long storeId, long incarnation) {
    /** Raise it when an older version could not read what this one writes. */
    static final byte FORMAT = 1;

    private static final int BYTES = 1 + 2 * Long.BYTES;

    /** The identity of the life that begins now, after the one that was read. */
    static StoreIdentity next(byte @Nullable [] stored, LongSupplier random) {
        if (stored == null) return new StoreIdentity(random.getAsLong(), 1);
        if (stored.length < 1 || stored[0] != FORMAT)
            throw new RocksStoreException(
                    Reason.FORMAT,
                    "the store has format " + (stored.length < 1 ? 0 : stored[0]) + ", this version reads " + FORMAT);
        if (stored.length != BYTES)
            throw new RocksStoreException(Reason.CORRUPT, "the store's identity has " + stored.length + " bytes");
        ByteBuffer in = ByteBuffer.wrap(stored);
        return new StoreIdentity(in.getLong(1), in.getLong(1 + Long.BYTES) + 1);
    }

    byte[] encoded() {
        return ByteBuffer.allocate(BYTES)
                .put(FORMAT)
                .putLong(storeId)
                .putLong(incarnation)
                .array();
    }
}
