package io.topgun.persistence.rocksdb;

import java.util.Optional;

/**
 * Whether the store takes writes.
 *
 * @param failure why it no longer does, empty while it does
 * @param waitingWrites writes that wait for a commit
 */
public record StoreHealth(Optional<String> failure, int waitingWrites) {
    public boolean isWritable() {
        return failure.isEmpty();
    }
}
