package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import io.topgun.persistence.rocksdb.SequenceNrs.Numbers;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;

/** The write of new events, all or none of them. */
final class AppendEvents extends Write {
    private static final int KEY_BYTES_ABOUT = 32;

    private final SequenceNrs sequenceNrs;
    private final AppendListeners listeners;
    private final List<EventRow> events;
    private final List<String> newIds = new ArrayList<>(0);
    private final long bytes;

    AppendEvents(SequenceNrs sequenceNrs, AppendListeners listeners, List<EventRow> events, Outcome outcome) {
        super(outcome);
        this.sequenceNrs = sequenceNrs;
        this.listeners = listeners;
        this.events = events;
        long sum = 0;
        for (EventRow event : events) sum += event.value().length + KEY_BYTES_ABOUT;
        bytes = sum;
    }

    @Override
    long bytes() {
        return bytes;
    }

    @Override
    void addTo(Batch batch) throws RocksDBException {
        refuseTakenNumbers(batch.reader());
        for (EventRow event : events) {
            String id = event.persistenceId();
            batch.put(Column.EVENTS, Keys.numbered(id, event.sequenceNr()), event.value());
            Numbers before = sequenceNrs.of(id, batch.reader());
            Numbers after = new Numbers(event.sequenceNr(), before.deletedTo());
            sequenceNrs.set(id, after);
            if (before.highest() == 0) {
                batch.put(Column.META, Keys.meta(Keys.SEQUENCE, id), after.encoded());
                newIds.add(id);
            }
        }
    }

    @Override
    void committed() {
        for (EventRow event : events) listeners.appended(event.persistenceId());
        for (String id : newIds) listeners.created(id);
    }

    private void refuseTakenNumbers(Reader reader) throws RocksDBException {
        String id = "";
        long highest = 0;
        for (EventRow event : events) {
            if (!event.persistenceId().equals(id)) {
                id = event.persistenceId();
                highest = sequenceNrs.of(id, reader).highest();
            }
            if (event.sequenceNr() <= highest)
                throw new RocksStoreException(
                        Reason.SEQUENCE_TAKEN,
                        id + " has events up to " + highest + " already, and got another " + event.sequenceNr());
            highest = event.sequenceNr();
        }
    }
}
