package io.topgun.persistence.rocksdb;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.dispatch.Futures;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.concurrent.Future;
import scala.concurrent.Promise;

/**
 * The journal actor: it encodes events and hands them to the store, and never waits for the disk.
 *
 * <p>An event that cannot be serialized is rejected alone. All other events of one request are
 * written together or not at all, which is more than an atomic write asks for.
 */
public final class RocksJournal extends AsyncWriteJournal {
    private final EventLog events;
    private final BlockingReads reads;

    RocksJournal() {
        RocksPersistence persistence = RocksPersistence.get(context().system());
        events = persistence.events();
        reads = persistence.reads();
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        List<EventRow> rows = new ArrayList<>(1);
        List<Optional<Exception>> rejections = new ArrayList<>(1);
        boolean rejected = false;
        for (AtomicWrite write : messages) {
            Optional<Exception> rejection = encode(write, rows);
            rejected |= rejection.isPresent();
            rejections.add(rejection);
        }
        Iterable<Optional<Exception>> results = rejected ? rejections : Collections.emptyList();
        if (rows.isEmpty()) return Futures.successful(results);
        Promise<Iterable<Optional<Exception>>> promise = Futures.promise();
        events.append(rows, failure -> complete(promise, failure, results));
        return promise.future();
    }

    /** Adds the events' rows, or none of them and the reason. */
    private Optional<Exception> encode(AtomicWrite write, List<EventRow> rows) {
        int before = rows.size();
        try {
            for (Iterator<PersistentRepr> it = write.payload().iterator(); it.hasNext(); ) {
                PersistentRepr event = it.next();
                byte[] value = events.codec().encode(event);
                rows.add(new EventRow(event.persistenceId(), event.sequenceNr(), value));
            }
            return Optional.empty();
        } catch (Exception e) { // A serializer is foreign code and may throw anything.
            rows.subList(before, rows.size()).clear();
            return Optional.of(e);
        }
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        Promise<Void> promise = Futures.promise();
        events.delete(persistenceId, toSequenceNr, failure -> complete(promise, failure, Unit.unit()));
        return promise.future();
    }

    /** Waits for the writes before it: a restarted actor's last ones may still be under way. */
    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
        Promise<Long> promise = Futures.promise();
        events.awaitWrites(failure -> {
            if (failure != null) promise.failure(failure);
            else reads.into(promise, () -> events.highestSequenceNr(persistenceId));
        });
        return promise.future();
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replayCallback) {
        return reads.read(() -> {
            if (max > 0) replay(persistenceId, from, to, max, replayCallback);
            return Unit.unit();
        });
    }

    private void replay(String persistenceId, long from, long to, long max, Consumer<PersistentRepr> sink) {
        long[] left = {max};
        events.scan(persistenceId, from, to, (event, bytes) -> {
            sink.accept(event);
            return --left[0] > 0;
        });
    }

    private static <T> void complete(Promise<T> promise, @Nullable RocksStoreException failure, T result) {
        if (failure == null) promise.success(result);
        else promise.failure(failure);
    }
}
