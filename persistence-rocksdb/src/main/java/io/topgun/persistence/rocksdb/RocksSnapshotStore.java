package io.topgun.persistence.rocksdb;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.japi.pf.ReceiveBuilder;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.jspecify.annotations.Nullable;
import scala.PartialFunction;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.runtime.BoxedUnit;

/**
 * The snapshot store actor: snapshots of any type, and incremental ones given as {@link RowsSnapshot}.
 *
 * <p>Of the incremental ones each persistence id has the newest only. It is deleted by criteria that
 * match its sequence number and timestamp, and then the stored rows go with it. An id may have both
 * kinds; a load then gives the newest that matches.
 */
public final class RocksSnapshotStore extends SnapshotStore {
    private final SnapshotTable snapshots;
    private final BlockingReads reads;
    /** Compared by identity: Pekko hands this very object on to the deletion that follows a failure. */
    private @Nullable SnapshotMetadata failedSave;

    RocksSnapshotStore() {
        RocksPersistence persistence = RocksPersistence.get(context().system());
        snapshots = persistence.snapshots();
        reads = persistence.reads();
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return afterWrites(() -> snapshots.load(persistenceId, criteria));
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata about, Object snapshot) {
        Promise<Void> promise = Futures.promise();
        snapshots.save(about, snapshot, failure -> complete(promise, failure));
        return promise.future();
    }

    /**
     * Deletes one snapshot; a timestamp of 0 means any.
     *
     * <p>Pekko deletes after each failed save, to clear what it may have left. The rows of earlier
     * snapshots must outlive that: a failed save may have happened, and the events they stand for are
     * gone.
     */
    @Override
    @SuppressWarnings("ReferenceEquality") // A deletion asked for by the user may have an equal one.
    public Future<Void> doDeleteAsync(SnapshotMetadata about) {
        boolean rowsToo = about != failedSave;
        failedSave = null;
        long number = about.sequenceNr();
        long time = about.timestamp();
        SnapshotSelectionCriteria one = time == 0
                ? SnapshotSelectionCriteria.create(number, Long.MAX_VALUE, number, 0)
                : SnapshotSelectionCriteria.create(number, time, number, time);
        return delete(about.persistenceId(), one, rowsToo);
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return delete(persistenceId, criteria, true);
    }

    /** Only a criterion on time needs the snapshots read; the common deletion is one range. */
    private Future<Void> delete(String persistenceId, SnapshotSelectionCriteria criteria, boolean rowsToo) {
        if (criteria.minTimestamp() <= 0 && criteria.maxTimestamp() == Long.MAX_VALUE)
            return delete(new DeleteSnapshots.Target(persistenceId, criteria, Optional.empty(), rowsToo));
        return afterWrites(() -> snapshots.matching(persistenceId, criteria))
                .flatMap(
                        keys -> delete(new DeleteSnapshots.Target(persistenceId, criteria, Optional.of(keys), rowsToo)),
                        context().dispatcher());
    }

    private Future<Void> delete(DeleteSnapshots.Target target) {
        Promise<Void> promise = Futures.promise();
        snapshots.delete(target, failure -> complete(promise, failure));
        return promise.future();
    }

    /** Waits for the writes before it: a restarted actor's last ones may still be under way. */
    private <T> Future<T> afterWrites(Supplier<T> read) {
        Promise<T> promise = Futures.promise();
        snapshots.awaitWrites(failure -> {
            if (failure != null) promise.failure(failure);
            else reads.into(promise, read);
        });
        return promise.future();
    }

    private static void complete(Promise<Void> promise, @Nullable RocksStoreException failure) {
        if (failure == null) promise.success(Unit.unit());
        else promise.failure(failure);
    }

    @Override
    public PartialFunction<Object, BoxedUnit> receivePluginInternal() {
        return ReceiveBuilder.create()
                .match(SaveSnapshotFailure.class, failure -> failedSave = failure.metadata())
                .build()
                .onMessage();
    }
}
