package io.topgun.persistence.rocksdb;

import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.PersistenceIdsQuery;
import org.apache.pekko.persistence.query.javadsl.ReadJournal;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The queries for Java: {@code PersistenceQuery.get(system).getReadJournalFor(RocksReadJournal.class,
 * RocksReadJournal.IDENTIFIER)}.
 *
 * <p>Sources may be run many times. They read pages on demand; live ones are woken by the commit, not
 * by a timer. Offsets are sequence numbers.
 */
public final class RocksReadJournal
        implements ReadJournal,
                CurrentEventsByPersistenceIdQuery,
                EventsByPersistenceIdQuery,
                CurrentPersistenceIdsQuery,
                PersistenceIdsQuery {
    /** The path of the read journal's configuration. */
    public static final String IDENTIFIER = RocksPersistence.CONFIG + ".read-journal";

    private final Queries queries;

    RocksReadJournal(Queries queries) {
        this.queries = queries;
    }

    /** The events there are from one sequence number to another, both included. */
    @Override
    public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(String persistenceId, long from, long to) {
        return queries.events(persistenceId, from, to, false);
    }

    /** The events there are and the new ones as they come; ends behind the last number asked for. */
    @Override
    public Source<EventEnvelope, NotUsed> eventsByPersistenceId(String persistenceId, long from, long to) {
        return queries.events(persistenceId, from, to, true);
    }

    /** The ids that have or had events, in no useful order. */
    @Override
    public Source<String, NotUsed> currentPersistenceIds() {
        return queries.currentIds();
    }

    /** The ids that have or had events and the new ones as they come, each once; they stay in memory. */
    @Override
    public Source<String, NotUsed> persistenceIds() {
        return queries.ids();
    }
}
