package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.SequenceNrs.Numbers;
import org.rocksdb.RocksDBException;

/** The write that deletes an id's events up to a sequence number, and keeps the highest one. */
final class DeleteEvents extends Write {
    private static final int BYTES_ABOUT = 128;

    private final SequenceNrs sequenceNrs;
    private final String persistenceId;
    private final long toSequenceNr;

    DeleteEvents(SequenceNrs sequenceNrs, String persistenceId, long toSequenceNr, Outcome outcome) {
        super(outcome);
        this.sequenceNrs = sequenceNrs;
        this.persistenceId = persistenceId;
        this.toSequenceNr = toSequenceNr;
    }

    @Override
    long bytes() {
        return BYTES_ABOUT;
    }

    @Override
    void addTo(Batch batch) throws RocksDBException {
        Numbers before = sequenceNrs.of(persistenceId, batch.reader());
        long to = Math.min(toSequenceNr, before.highest());
        if (to <= before.deletedTo()) return;
        Numbers after = new Numbers(before.highest(), to);
        batch.deleteRange(
                Column.EVENTS,
                Keys.numbered(persistenceId, before.deletedTo() + 1),
                Keys.numbered(persistenceId, to + 1));
        batch.put(Column.META, Keys.meta(Keys.SEQUENCE, persistenceId), after.encoded());
        sequenceNrs.set(persistenceId, after);
    }
}
