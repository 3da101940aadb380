package io.topgun.persistence.rocksdb;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.journal.EventAdapters;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.stream.javadsl.Source;

/** The queries behind both read journals, each a source that can be run many times. */
final class Queries {
    private final EventLog log;
    private final BlockingReads reads;
    private final EventAdapters adapters;
    private final int pageElementsMax;
    private final long pageBytesMax;

    Queries(ExtendedActorSystem system, Config config) {
        RocksPersistence persistence = RocksPersistence.get(system);
        log = persistence.events();
        reads = persistence.reads();
        adapters = Persistence.get(system).adaptersFor(config.getString("write-plugin"), ConfigFactory.empty());
        pageElementsMax = config.getInt("page-elements-max");
        pageBytesMax = config.getBytes("page-bytes-max");
    }

    Source<EventEnvelope, NotUsed> events(String persistenceId, long from, long to, boolean live) {
        var query = new EventsCursor.Query(log, adapters, persistenceId, pageElementsMax, pageBytesMax);
        Optional<PagesStage.WakeUp> wakeUp =
                live ? Optional.of(wake -> log.listeners().onAppend(persistenceId, wake)) : Optional.empty();
        return Source.fromGraph(new PagesStage<>(reads, new EventsCursor(query, from, to, live), wakeUp));
    }

    Source<String, NotUsed> currentIds() {
        return Source.fromGraph(new PagesStage<>(reads, firstIds(), Optional.empty()));
    }

    Source<String, NotUsed> ids() {
        return Source.lazySource(() -> {
                    LiveIdsCursor cursor = new LiveIdsCursor(firstIds());
                    PagesStage.WakeUp wakeUp = wake -> log.listeners().onNewId(id -> {
                        cursor.announce(id);
                        wake.run();
                    });
                    return Source.fromGraph(new PagesStage<>(reads, cursor, Optional.of(wakeUp)));
                })
                .mapMaterializedValue(later -> NotUsed.getInstance());
    }

    private IdsCursor firstIds() {
        return new IdsCursor(log, Optional.empty(), pageElementsMax);
    }
}
