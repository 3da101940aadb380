package io.topgun.persistence.rocksdb;

import org.apache.pekko.NotUsed;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.scaladsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.persistence.query.scaladsl.EventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.PersistenceIdsQuery;
import org.apache.pekko.persistence.query.scaladsl.ReadJournal;
import org.apache.pekko.stream.scaladsl.Source;

/** The queries of {@link RocksReadJournal} for Scala. */
public final class RocksScalaReadJournal
        implements ReadJournal,
                CurrentEventsByPersistenceIdQuery,
                EventsByPersistenceIdQuery,
                CurrentPersistenceIdsQuery,
                PersistenceIdsQuery {
    private final Queries queries;

    RocksScalaReadJournal(Queries queries) {
        this.queries = queries;
    }

    @Override
    public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(String persistenceId, long from, long to) {
        return queries.events(persistenceId, from, to, false).asScala();
    }

    @Override
    public Source<EventEnvelope, NotUsed> eventsByPersistenceId(String persistenceId, long from, long to) {
        return queries.events(persistenceId, from, to, true).asScala();
    }

    @Override
    public Source<String, NotUsed> currentPersistenceIds() {
        return queries.currentIds().asScala();
    }

    @Override
    public Source<String, NotUsed> persistenceIds() {
        return queries.ids().asScala();
    }
}
