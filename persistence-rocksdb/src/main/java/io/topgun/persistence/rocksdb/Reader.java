package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** Reads of the open database; valid only inside {@link RocksStore#read}. */
final class Reader {
    /** Takes one row and says whether to go on. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }

    private final Database database;
    private final BooleanSupplier closing;

    Reader(Database database, BooleanSupplier closing) {
        this.database = database;
        this.closing = closing;
    }

    Optional<byte[]> get(Column column, byte[] key) throws RocksDBException {
        return Optional.ofNullable(database.db().get(database.family(column), key));
    }

    /** Visits the rows of a range in order, its end excluded. */
    void scan(Column column, byte[] from, byte[] to, Visitor visitor) throws RocksDBException {
        try (Slice end = new Slice(to);
                ReadOptions options = new ReadOptions().setIterateUpperBound(end);
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
                        new ReadOptions().setIterateLowerBound(start).setIterateUpperBound(end);
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
