package io.topgun.persistence.rocksdb;

import java.util.Optional;
import org.rocksdb.RocksDBException;

/** The write of one incremental snapshot: its rows and the header that makes them one, together. */
final class SaveRows extends Write {
    private final Recent<Optional<RowsHeader>> headers;
    private final String persistenceId;
    private final RowsHeader header;
    private final RowsSnapshot rows;

    SaveRows(
            Recent<Optional<RowsHeader>> headers,
            String persistenceId,
            RowsHeader header,
            RowsSnapshot rows,
            Outcome outcome) {
        super(outcome);
        this.headers = headers;
        this.persistenceId = persistenceId;
        this.header = header;
        this.rows = rows;
    }

    @Override
    long bytes() {
        return rows.bytes();
    }

    @Override
    void addTo(Batch batch) throws RocksDBException {
        byte[] prefix = Keys.prefix(persistenceId);
        if (rows.isReplacing()) batch.deleteRange(Column.ROWS, prefix, Keys.behind(prefix));
        rows.<RocksDBException>forEach((key, value) -> {
            if (value == null) batch.delete(Column.ROWS, Keys.row(prefix, key));
            else batch.put(Column.ROWS, Keys.row(prefix, key), value);
        });
        batch.put(Column.META, Keys.meta(Keys.ROWS_HEADER, persistenceId), header.encoded());
        headers.put(persistenceId, Optional.of(header));
    }
}
