package io.topgun.persistence.rocksdb;

import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;

/**
 * The row that makes the stored rows of an id a snapshot. Its version is that of those rows too, as
 * their values are stored the way they were given.
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier to and from the database, never compared.
record RowsHeader(long sequenceNr, long timestamp, byte[] header) {
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 1 + 2 * Long.BYTES;

    byte[] encoded() {
        return new RecordWriter(FIXED_BYTES + header.length)
                .int8(VERSION)
                .int64(sequenceNr)
                .int64(timestamp)
                .rest(header)
                .toBytes();
    }

    static RowsHeader decode(byte[] value) {
        RecordReader in = new RecordReader(value, VERSION);
        return new RowsHeader(in.int64(), in.int64(), in.rest());
    }

    boolean matches(SnapshotSelectionCriteria criteria) {
        return criteria.matches(new SnapshotMetadata("", sequenceNr, timestamp));
    }
}
