package io.topgun.loadtests.write;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Each connection sends its next frame when the last one is answered. */
final class ClosedLoop implements Loop {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private final int opsPerFrame;
    private final Duration time;
    private final Histogram nanos = new ConcurrentHistogram(3);
    private final LongAdder frames = new LongAdder();

    ClosedLoop(int opsPerFrame, Duration time) {
        this.opsPerFrame = opsPerFrame;
        this.time = time;
    }

    @Override
    public Outcome run(List<Store.Connection> connections) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long end = start + time.toNanos();
        CompletableFuture<?>[] done =
                connections.stream().map(connection -> begin(connection, end)).toArray(CompletableFuture<?>[]::new);
        await(CompletableFuture.allOf(done), time.plus(ANSWER_MAX));
        return new Outcome(frames.sum(), (System.nanoTime() - start) / 1e9, nanos, 0);
    }

    private CompletableFuture<Void> begin(Store.Connection connection, long end) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        next(connection, end, over);
        return over;
    }

    private void next(Store.Connection connection, long end, CompletableFuture<Void> over) {
        long sent = System.nanoTime();
        var unused = connection.write(opsPerFrame).whenComplete((done, failure) -> {
            if (failure != null) {
                over.completeExceptionally(failure);
                return;
            }
            long now = System.nanoTime();
            nanos.recordValue(now - sent);
            frames.increment();
            if (now < end) {
                next(connection, end, over);
            } else {
                over.complete(null);
            }
        });
    }

    static void await(CompletableFuture<?> all, Duration atMost) throws IOException, InterruptedException {
        try {
            all.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("A write failed", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("Writes were not answered in " + atMost, e);
        }
    }
}
