package io.topgun.persistence.rocksdb;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.EventAdapters;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import scala.collection.Iterator;

/** A place among one id's events. */
final class EventsCursor implements Cursor<EventEnvelope> {
    /** What does not change from page to page; the limits are per page, one event at least. */
    record Query(EventLog log, EventAdapters adapters, String persistenceId, int eventsMax, long bytesMax) {}

    private final Query query;
    private final long from;
    private final long to;
    private final boolean live;

    /** A live one goes on until its last number; another one ends at the last event of its first page's time. */
    EventsCursor(Query query, long from, long to, boolean live) {
        this.query = query;
        this.from = Math.max(1, from);
        this.to = to;
        this.live = live;
    }

    @Override
    public Page<EventEnvelope> read() {
        long last = live ? to : Math.min(to, query.log().highestSequenceNr(query.persistenceId()));
        List<EventEnvelope> envelopes = new ArrayList<>();
        long[] next = {from};
        long[] bytes = {0};
        query.log().scan(query.persistenceId(), from, last, (event, eventBytes) -> {
            adapt(event, envelopes);
            next[0] = event.sequenceNr() + 1;
            bytes[0] += eventBytes;
            return next[0] - from < query.eventsMax() && bytes[0] < query.bytesMax();
        });
        return new Page<>(envelopes, new EventsCursor(query, next[0], last, live), then(next[0], last));
    }

    private Then then(long next, long last) {
        if (next > last) return Then.END;
        return next == from ? Then.CAUGHT_UP : Then.MORE;
    }

    private void adapt(PersistentRepr event, List<EventEnvelope> envelopes) {
        Object payload = event.payload();
        Iterator<Object> adapted = query.adapters()
                .get(payload.getClass())
                .fromJournal(payload, event.manifest())
                .events()
                .iterator();
        while (adapted.hasNext())
            envelopes.add(new EventEnvelope(
                    Offset.sequence(event.sequenceNr()),
                    event.persistenceId(),
                    event.sequenceNr(),
                    adapted.next(),
                    event.timestamp(),
                    event.metadata()));
    }
}
