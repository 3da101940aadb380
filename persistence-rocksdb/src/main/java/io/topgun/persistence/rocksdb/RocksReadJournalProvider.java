package io.topgun.persistence.rocksdb;

import com.typesafe.config.Config;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.query.ReadJournalProvider;

/** What {@code PersistenceQuery} makes from the configuration: the read journal for both languages. */
public final class RocksReadJournalProvider implements ReadJournalProvider {
    private final RocksReadJournal java;
    private final RocksScalaReadJournal scala;

    RocksReadJournalProvider(ExtendedActorSystem system, Config config) {
        Queries queries = new Queries(system, config);
        java = new RocksReadJournal(queries);
        scala = new RocksScalaReadJournal(queries);
    }

    @Override
    public RocksReadJournal javadslReadJournal() {
        return java;
    }

    @Override
    public RocksScalaReadJournal scaladslReadJournal() {
        return scala;
    }
}
