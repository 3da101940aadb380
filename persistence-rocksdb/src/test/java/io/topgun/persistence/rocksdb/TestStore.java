package io.topgun.persistence.rocksdb;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;

/** A store without actors: writes return futures, outcomes come on the committer's thread. */
final class TestStore implements AutoCloseable {
    private static final ActorSystem SERIALIZERS =
            ActorSystem.create("serializers", TestSystem.config(Path.of("none"), "pekko.daemonic = on"));

    private final RocksStore store;
    private final EventLog events;
    private final SnapshotTable snapshots;

    TestStore(Path dir) {
        this(settings(dir), UnaryOperator.identity());
    }

    TestStore(StoreSettings settings, UnaryOperator<Committer.Log> log) {
        store = RocksStore.open(new RocksStore.Opening(settings, Runnable::run, new SecureRandom()::nextLong, log));
        ObjectCodec objects = new ObjectCodec((ExtendedActorSystem) SERIALIZERS);
        events = new EventLog(store, new EventCodec(objects, Clock.systemUTC()));
        snapshots = new SnapshotTable(store, new SnapshotCodec(objects));
    }

    static StoreSettings settings(Path dir) {
        return settings(dir, "");
    }

    static StoreSettings settings(Path dir, String overrides) {
        return StoreSettings.of(TestSystem.config(dir, overrides).getConfig(RocksPersistence.CONFIG));
    }

    RocksStore store() {
        return store;
    }

    EventLog events() {
        return events;
    }

    SnapshotTable snapshots() {
        return snapshots;
    }

    /** Synchronized, as events are encoded by one thread at a time. */
    synchronized CompletableFuture<Void> append(String id, long sequenceNr, String text) {
        PersistentRepr event = PersistentRepr.apply(text, sequenceNr, id, "", false, null, JournalProbe.WRITER);
        CompletableFuture<Void> future = new CompletableFuture<>();
        events.append(List.of(new EventRow(id, sequenceNr, events.codec().encode(event))), outcome(future));
        return future;
    }

    CompletableFuture<Void> deleteTo(String id, long sequenceNr) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        events.delete(id, sequenceNr, outcome(future));
        return future;
    }

    CompletableFuture<Void> save(String id, long sequenceNr, Object snapshot) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        snapshots.save(new SnapshotMetadata(id, sequenceNr, 1), snapshot, outcome(future));
        return future;
    }

    StoredRows rows(String id) {
        return (StoredRows) snapshots
                .load(id, SnapshotSelectionCriteria.latest())
                .orElseThrow()
                .snapshot();
    }

    List<String> texts(String id) {
        List<String> texts = new ArrayList<>();
        events.scan(id, 1, Long.MAX_VALUE, (event, bytes) -> texts.add((String) event.payload()));
        return texts;
    }

    private static Write.Outcome outcome(CompletableFuture<Void> future) {
        return failure -> {
            if (failure == null) future.complete(Unit.unit());
            else future.completeExceptionally(failure);
        };
    }

    static void await(CompletableFuture<Void> write) {
        write.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        store.close();
    }
}
