package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** Reads of the open database; valid only inside {@link RocksStore#read}. */
final class Reader {
    /** Takes one row and says whether to go on. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }

    private final Database database;
    private final BooleanSupplier closing;
    private final Optional<Snapshot> moment;

    Reader(Database database, BooleanSupplier closing) {
        this(database, closing, Optional.empty());
    }

    private Reader(Database database, BooleanSupplier closing, Optional<Snapshot> moment) {
        this.database = database;
        this.closing = closing;
        this.moment = moment;
    }

    /** Reads the database as it is now, whatever is committed meanwhile. */
    <T> T atOneMoment(RocksStore.Read<T> read) throws RocksDBException {
        Snapshot now = database.db().getSnapshot();
        try {
            return read.from(new Reader(database, closing, Optional.of(now)));
        } finally {
            database.db().releaseSnapshot(now);
        }
    }

    Optional<byte[]> get(Column column, byte[] key) throws RocksDBException {
        try (ReadOptions options = options(column)) {
            return Optional.ofNullable(database.db().get(database.family(column), options, key));
        }
    }

    private ReadOptions options(Column column) {
        // Stored rows are read once, at recovery: they would only push out what is read again.
        ReadOptions options = new ReadOptions().setFillCache(column != Column.ROWS);
        moment.ifPresent(options::setSnapshot);
        return options;
    }

    /** Visits the rows of a range in order, its end excluded. */
    void scan(Column column, byte[] from, byte[] to, Visitor visitor) throws RocksDBException {
        try (Slice end = new Slice(to);
                ReadOptions options = options(column).setIterateUpperBound(end);
                RocksIterator rows = database.db().newIterator(database.family(column), options)) {
            boolean more = true;
            for (rows.seek(from); more && rows.isValid(); rows.next()) {
                refuseWhenClosing();
                more = visitor.visit(rows.key(), rows.value());
            }
            rows.status();
        }
    }

    /** Visits the rows of a range from its last to its first, its end excluded. */
    void scanBackwards(Column column, byte[] from, byte[] to, Visitor visitor) throws RocksDBException {
        try (Slice start = new Slice(from);
                Slice end = new Slice(to);
                ReadOptions options =
                        options(column).setIterateLowerBound(start).setIterateUpperBound(end);
                RocksIterator rows = database.db().newIterator(database.family(column), options)) {
            boolean more = true;
            for (rows.seekToLast(); more && rows.isValid(); rows.prev()) {
                refuseWhenClosing();
                more = visitor.visit(rows.key(), rows.value());
            }
            rows.status();
        }
    }

    private void refuseWhenClosing() {
        if (closing.getAsBoolean()) throw new RocksStoreException(Reason.CLOSED, "the store is closing");
    }
}
