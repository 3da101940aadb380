package io.topgun.persistence.rocksdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.rocksdb.RocksDBException;

/** The snapshots of all persistence ids: saves and deletions queue, loads are at once and block. */
final class SnapshotTable {
    private final RocksStore store;
    private final SnapshotCodec codec;
    private final Recent<Optional<RowsHeader>> headers = new Recent<>();

    SnapshotTable(RocksStore store, SnapshotCodec codec) {
        this.store = store;
        this.codec = codec;
    }

    /** Saves rows incrementally and anything else whole; a serializer's exception goes on. */
    void save(SnapshotMetadata about, Object snapshot, Write.Outcome outcome) {
        store.submit(
                snapshot instanceof RowsSnapshot rows
                        ? saveRows(about, rows, outcome)
                        : new SaveObject(
                                Keys.numbered(about.persistenceId(), about.sequenceNr()),
                                codec.encode(about, snapshot),
                                outcome));
    }

    private Write saveRows(SnapshotMetadata about, RowsSnapshot rows, Write.Outcome outcome) {
        RowsHeader header = new RowsHeader(about.sequenceNr(), about.timestamp(), rows.header());
        return new SaveRows(headers, about.persistenceId(), header, rows, outcome);
    }

    void delete(DeleteSnapshots.Target target, Write.Outcome outcome) {
        store.submit(new DeleteSnapshots(headers, target, outcome));
    }

    /** Ends when all writes queued before it have ended; a read then sees them. */
    void awaitWrites(Write.Outcome outcome) {
        store.submit(Write.barrier(outcome));
    }

    /** The newest snapshot that matches; stored rows come before an ordinary one of the same number. */
    Optional<SelectedSnapshot> load(String persistenceId, SnapshotSelectionCriteria criteria) {
        return store.read(now -> now.atOneMoment(reader -> {
            Optional<Ordinary> ordinary = newest(persistenceId, criteria, reader);
            Optional<RowsHeader> rows = reader.get(Column.META, Keys.meta(Keys.ROWS_HEADER, persistenceId))
                    .map(RowsHeader::decode)
                    .filter(header -> header.matches(criteria));
            if (rows.isPresent()
                    && rows.get().sequenceNr()
                            >= ordinary.map(Ordinary::sequenceNr).orElse(0L))
                return Optional.of(loadRows(persistenceId, rows.get(), reader));
            return ordinary.map(found -> codec.decode(persistenceId, found.sequenceNr(), found.value()));
        }));
    }

    @SuppressWarnings("ArrayRecordComponent") // A carrier between two methods, never compared.
    private record Ordinary(long sequenceNr, byte[] value) {}

    private static Optional<Ordinary> newest(String persistenceId, SnapshotSelectionCriteria criteria, Reader reader)
            throws RocksDBException {
        SnapshotRange range = SnapshotRange.of(persistenceId, criteria);
        if (range.isEmpty()) return Optional.empty();
        List<Ordinary> found = new ArrayList<>(1);
        reader.scanBackwards(Column.SNAPSHOTS, range.from(), range.to(), (key, value) -> {
            if (matches(criteria, key, value)) found.add(new Ordinary(Keys.sequenceNr(key), value));
            return found.isEmpty();
        });
        return found.stream().findFirst();
    }

    /** The keys of the ordinary snapshots that match. */
    List<byte[]> matching(String persistenceId, SnapshotSelectionCriteria criteria) {
        SnapshotRange range = SnapshotRange.of(persistenceId, criteria);
        List<byte[]> keys = new ArrayList<>();
        if (range.isEmpty()) return keys;
        return store.read(reader -> {
            reader.scan(Column.SNAPSHOTS, range.from(), range.to(), (key, value) -> {
                if (matches(criteria, key, value)) keys.add(key);
                return true;
            });
            return keys;
        });
    }

    private static boolean matches(SnapshotSelectionCriteria criteria, byte[] key, byte[] value) {
        return criteria.matches(new SnapshotMetadata("", Keys.sequenceNr(key), SnapshotCodec.timestamp(value)));
    }

    private static SelectedSnapshot loadRows(String persistenceId, RowsHeader header, Reader reader)
            throws RocksDBException {
        byte[] prefix = Keys.prefix(persistenceId);
        StoredRows rows = new StoredRows(header.header());
        reader.scan(Column.ROWS, prefix, Keys.behind(prefix), (key, value) -> {
            rows.add(Arrays.copyOfRange(key, prefix.length, key.length), value);
            return true;
        });
        return new SelectedSnapshot(new SnapshotMetadata(persistenceId, header.sequenceNr(), header.timestamp()), rows);
    }
}
