package io.topgun.persistence.rocksdb;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.rocksdb.RocksDBException;

/** The write that deletes snapshots of one id. */
final class DeleteSnapshots extends Write {
    private static final int BYTES_ABOUT = 128;

    /** What to delete: keys of ordinary snapshots, or all within the criteria; stored rows or not. */
    record Target(
            String persistenceId, SnapshotSelectionCriteria criteria, Optional<List<byte[]>> keys, boolean rowsToo) {}

    private final Recent<Optional<RowsHeader>> headers;
    private final Target target;

    DeleteSnapshots(Recent<Optional<RowsHeader>> headers, Target target, Outcome outcome) {
        super(outcome);
        this.headers = headers;
        this.target = target;
    }

    @Override
    long bytes() {
        return BYTES_ABOUT;
    }

    @Override
    void addTo(Batch batch) throws RocksDBException {
        Optional<RowsHeader> header = header(batch.reader());
        if (target.keys().isPresent()) {
            for (byte[] key : target.keys().get()) batch.delete(Column.SNAPSHOTS, key);
        } else {
            SnapshotRange range = SnapshotRange.of(target.persistenceId(), target.criteria());
            if (!range.isEmpty()) batch.deleteRange(Column.SNAPSHOTS, range.from(), range.to());
        }
        if (target.rowsToo() && header.isPresent() && header.get().matches(target.criteria())) deleteRows(batch);
    }

    private void deleteRows(Batch batch) throws RocksDBException {
        byte[] prefix = Keys.prefix(target.persistenceId());
        batch.deleteRange(Column.ROWS, prefix, Keys.behind(prefix));
        batch.delete(Column.META, Keys.meta(Keys.ROWS_HEADER, target.persistenceId()));
        headers.put(target.persistenceId(), Optional.empty());
    }

    private Optional<RowsHeader> header(Reader reader) throws RocksDBException {
        Optional<RowsHeader> known = headers.get(target.persistenceId());
        if (known != null) return known;
        return reader.get(Column.META, Keys.meta(Keys.ROWS_HEADER, target.persistenceId()))
                .map(RowsHeader::decode);
    }
}
