package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.SequenceNrs.Numbers;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.persistence.PersistentRepr;

/** The events of all persistence ids: appends and deletions queue, reads are at once and block. */
final class EventLog {
    private final RocksStore store;
    private final EventCodec codec;
    private final AppendListeners listeners;
    private final SequenceNrs sequenceNrs = new SequenceNrs();

    EventLog(RocksStore store, EventCodec codec, AppendListeners listeners) {
        this.store = store;
        this.codec = codec;
        this.listeners = listeners;
    }

    EventCodec codec() {
        return codec;
    }

    void append(List<EventRow> events, Write.Outcome outcome) {
        store.submit(new AppendEvents(sequenceNrs, events, failure -> {
            if (failure == null) announce(events);
            outcome.ended(failure);
        }));
    }

    private void announce(List<EventRow> events) {
        if (listeners.isEmpty()) return;
        for (EventRow event : events) listeners.appended(event.persistenceId());
    }

    void delete(String persistenceId, long toSequenceNr, Write.Outcome outcome) {
        store.submit(new DeleteEvents(sequenceNrs, persistenceId, toSequenceNr, outcome));
    }

    /** Ends when all writes queued before it have ended; a read then sees them. */
    void awaitWrites(Write.Outcome outcome) {
        store.submit(Write.barrier(outcome));
    }

    /** The highest sequence number ever given to an event of the id, deleted ones included; 0 if none. */
    long highestSequenceNr(String persistenceId) {
        return store.read(reader -> SequenceNrs.read(persistenceId, reader).highest());
    }

    /** Hands on the events from a number to another, both included, in order; says how many. */
    long replay(String persistenceId, long from, long to, long max, Consumer<PersistentRepr> sink) {
        if (max <= 0) return 0L;
        return store.read(reader -> {
            Optional<byte[]> row = reader.get(Column.META, Keys.meta(Keys.SEQUENCE, persistenceId));
            long first =
                    Math.max(from, row.map(Numbers::decode).orElse(Numbers.NONE).deletedTo() + 1);
            if (first > to) return 0L;
            byte[] end = to == Long.MAX_VALUE
                    ? Keys.behind(Keys.prefix(persistenceId))
                    : Keys.numbered(persistenceId, to + 1);
            long[] count = {0};
            reader.scan(Column.EVENTS, Keys.numbered(persistenceId, first), end, (key, value) -> {
                sink.accept(codec.decode(persistenceId, Keys.sequenceNr(key), value));
                return ++count[0] < max;
            });
            return count[0];
        });
    }
}
