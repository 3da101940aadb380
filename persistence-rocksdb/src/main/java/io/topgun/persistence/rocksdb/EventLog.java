package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.SequenceNrs.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.persistence.PersistentRepr;

/** The events of all persistence ids: appends and deletions queue, reads are at once and block. */
final class EventLog {
    private final RocksStore store;
    private final EventCodec codec;
    private final AppendListeners listeners = new AppendListeners();
    private final SequenceNrs sequenceNrs = new SequenceNrs();

    EventLog(RocksStore store, EventCodec codec) {
        this.store = store;
        this.codec = codec;
    }

    EventCodec codec() {
        return codec;
    }

    AppendListeners listeners() {
        return listeners;
    }

    void append(List<EventRow> events, Write.Outcome outcome) {
        store.submit(new AppendEvents(sequenceNrs, listeners, events, outcome));
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

    /** Takes one event and says whether to go on. */
    interface Visitor {
        boolean visit(PersistentRepr event, int bytes);
    }

    /** Visits the events from a number to another, both included, in order, while more are wanted. */
    void scan(String persistenceId, long from, long to, Visitor visitor) {
        store.read(reader -> {
            Optional<byte[]> row = reader.get(Column.META, Keys.meta(Keys.SEQUENCE, persistenceId));
            long first =
                    Math.max(from, row.map(Numbers::decode).orElse(Numbers.NONE).deletedTo() + 1);
            if (first > to) return first;
            byte[] end = to == Long.MAX_VALUE
                    ? Keys.behind(Keys.prefix(persistenceId))
                    : Keys.numbered(persistenceId, to + 1);
            reader.scan(
                    Column.EVENTS,
                    Keys.numbered(persistenceId, first),
                    end,
                    (key, value) ->
                            visitor.visit(codec.decode(persistenceId, Keys.sequenceNr(key), value), value.length));
            return first;
        });
    }

    /** The ids that have or had events, behind the given one, in the order of their keys. */
    List<String> idsBehind(Optional<String> last, int idsMax) {
        byte[] from = last.map(id -> Keys.row(Keys.meta(Keys.SEQUENCE, id), new byte[1]))
                .orElse(new byte[] {Keys.SEQUENCE});
        return store.read(reader -> {
            List<String> ids = new ArrayList<>();
            reader.scan(Column.META, from, new byte[] {Keys.SEQUENCE + 1}, (key, value) -> {
                ids.add(Keys.idOfMeta(key));
                return ids.size() < idsMax;
            });
            return ids;
        });
    }
}
