package io.topgun.persistence.rocksdb;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.Persistence;

/** An actor system with its store in a directory; closing it waits until the database is closed. */
final class TestSystem implements AutoCloseable {
    private final ActorSystem system;

    TestSystem(Path dir) {
        this(dir, "");
    }

    TestSystem(Path dir, String overrides) {
        system = ActorSystem.create("test", config(dir, overrides));
    }

    static Config config(Path dir, String overrides) {
        return ConfigFactory.parseString(overrides)
                .withFallback(ConfigFactory.parseString("topgun.persistence.rocksdb.dir = \"" + dir + "\""))
                .withFallback(ConfigFactory.load("plugin-test"));
    }

    ActorSystem system() {
        return system;
    }

    RocksPersistence persistence() {
        return RocksPersistence.get(system);
    }

    ActorRef journal() {
        return Persistence.get(system).journalFor("", ConfigFactory.empty());
    }

    ActorRef snapshotStore() {
        return Persistence.get(system).snapshotStoreFor("", ConfigFactory.empty());
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
