package io.topgun.persistence.rocksdb;

import com.typesafe.config.Config;
import java.security.SecureRandom;
import java.time.Clock;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.actor.ExtensionIdProvider;

/**
 * The store of an actor system: {@link #get} opens it, the end of the system closes it.
 *
 * <p>The journal, the snapshot store and the read journal share it. A node calls {@code get} first
 * thing, so that a directory in use or of a newer format stops the start with a
 * {@link RocksStoreException}; else the first persistent actor meets the error. The database is closed
 * when all actors have stopped and before {@code whenTerminated} completes.
 */
public final class RocksPersistence implements Extension {
    /** The path of the settings, of which the plugins' own are sections. */
    public static final String CONFIG = "topgun.persistence.rocksdb";

    private final RocksStore store;
    private final EventLog events;
    private final SnapshotTable snapshots;
    private final BlockingReads reads;

    /** The store of the system, opened by the first call. */
    public static RocksPersistence get(ClassicActorSystemProvider system) {
        return Id.INSTANCE.get(system);
    }

    RocksPersistence(ExtendedActorSystem system) {
        Config config = system.settings().config().getConfig(CONFIG);
        var dispatchers = system.dispatchers();
        reads = new BlockingReads(dispatchers.lookup(config.getString("read-dispatcher")));
        store = RocksStore.open(
                StoreSettings.of(config),
                dispatchers.lookup(config.getString("journal.plugin-dispatcher")),
                new SecureRandom()::nextLong);
        system.registerOnTermination(store::close);
        ObjectCodec objects = new ObjectCodec(system);
        events = new EventLog(store, new EventCodec(objects, Clock.systemUTC()));
        snapshots = new SnapshotTable(store, new SnapshotCodec(objects));
    }

    /** The random id that was made with the database. */
    public long storeId() {
        return store.identity().storeId();
    }

    /** Which opening of the database this is: 1 at the first, raised and synced at each. */
    public long incarnation() {
        return store.identity().incarnation();
    }

    /** Whether writes are taken, and why not; cheap enough for a readiness probe. */
    public StoreHealth health() {
        return store.health();
    }

    /** What was committed since the store was opened. */
    public StoreStats stats() {
        return store.stats();
    }

    EventLog events() {
        return events;
    }

    SnapshotTable snapshots() {
        return snapshots;
    }

    BlockingReads reads() {
        return reads;
    }

    /** The key under which Pekko keeps the extension. */
    public static final class Id extends AbstractExtensionId<RocksPersistence> implements ExtensionIdProvider {
        static final Id INSTANCE = new Id();

        private Id() {}

        /** The key, by the name under which Pekko looks for it. */
        public static Id getInstance() {
            return INSTANCE;
        }

        @Override
        public RocksPersistence createExtension(ExtendedActorSystem system) {
            return new RocksPersistence(system);
        }

        @Override
        public Id lookup() {
            return INSTANCE;
        }

        @Override
        public RocksPersistence get(ActorSystem system) {
            return super.get(system);
        }
    }
}
