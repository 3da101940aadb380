package io.topgun.persistence.rocksdb;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.pekko.dispatch.Futures;
import scala.concurrent.Future;
import scala.concurrent.Promise;

/** The threads on which reads may wait for the disk, apart from those of actors and of commits. */
record BlockingReads(Executor threads) {

    <T> Future<T> read(Supplier<T> read) {
        Promise<T> promise = Futures.promise();
        into(promise, read);
        return promise.future();
    }

    <T> void into(Promise<T> promise, Supplier<T> read) {
        try {
            threads.execute(() -> {
                try {
                    promise.success(read.get());
                } catch (Exception e) { // The thread's edge; serializers may throw anything.
                    promise.failure(e);
                }
            });
        } catch (RejectedExecutionException e) {
            promise.failure(e);
        }
    }
}
