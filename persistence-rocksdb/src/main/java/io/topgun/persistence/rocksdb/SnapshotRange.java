package io.topgun.persistence.rocksdb;

import java.util.Arrays;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;

/** The keys of an id's ordinary snapshots within criteria's sequence numbers, the end excluded. */
@SuppressWarnings("ArrayRecordComponent") // A carrier, never compared.
record SnapshotRange(byte[] from, byte[] to) {

    static SnapshotRange of(String persistenceId, SnapshotSelectionCriteria criteria) {
        byte[] from = Keys.numbered(persistenceId, Math.max(0, criteria.minSequenceNr()));
        byte[] to = criteria.maxSequenceNr() == Long.MAX_VALUE
                ? Keys.behind(Keys.prefix(persistenceId))
                : Keys.numbered(persistenceId, Math.max(0, criteria.maxSequenceNr() + 1));
        return new SnapshotRange(from, to);
    }

    boolean isEmpty() {
        return Arrays.compareUnsigned(from, to) >= 0;
    }
}
