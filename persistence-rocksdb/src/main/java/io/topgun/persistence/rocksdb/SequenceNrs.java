package io.topgun.persistence.rocksdb;

import java.util.Optional;
import org.rocksdb.RocksDBException;

/**
 * The sequence numbers that the committer knows: the highest of each recently written id.
 *
 * <p>They guard against two writers of one id: a number is given out once. What is not in memory is
 * read from the database. Used on the committer's thread only.
 */
final class SequenceNrs {
    private final Recent<Numbers> recent = new Recent<>();

    /** The numbers of one id, as its row in the database has them; {@code highest} may lag there. */
    record Numbers(long highest, long deletedTo) {
        private static final int VERSION = 1;
        static final Numbers NONE = new Numbers(0, 0);

        static Numbers decode(byte[] value) {
            RecordReader in = new RecordReader(value, VERSION);
            return new Numbers(in.int64(), in.int64());
        }

        byte[] encoded() {
            return new RecordWriter(1 + 2 * Long.BYTES)
                    .int8(VERSION)
                    .int64(highest)
                    .int64(deletedTo)
                    .toBytes();
        }
    }

    Numbers of(String persistenceId, Reader reader) throws RocksDBException {
        Numbers known = recent.get(persistenceId);
        if (known != null) return known;
        Numbers stored = read(persistenceId, reader);
        recent.put(persistenceId, stored);
        return stored;
    }

    void set(String persistenceId, Numbers numbers) {
        recent.put(persistenceId, numbers);
    }

    /** The row of the id and the last event there is; no scan. */
    static Numbers read(String persistenceId, Reader reader) throws RocksDBException {
        Optional<byte[]> row = reader.get(Column.META, Keys.meta(Keys.SEQUENCE, persistenceId));
        if (row.isEmpty()) return Numbers.NONE; // The first event writes the row.
        Numbers numbers = Numbers.decode(row.get());
        byte[] prefix = Keys.prefix(persistenceId);
        long[] last = {numbers.highest()};
        reader.scanBackwards(Column.EVENTS, prefix, Keys.behind(prefix), (key, value) -> {
            last[0] = Math.max(last[0], Keys.sequenceNr(key));
            return false;
        });
        return new Numbers(last[0], numbers.deletedTo());
    }
}
