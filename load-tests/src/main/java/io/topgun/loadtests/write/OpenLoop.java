package io.topgun.loadtests.write;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Frames are due at a steady rate, the connections in turn; the time of each counts from when it was due, so that a store
 * that halts is charged with all that waited.
 */
final class OpenLoop implements Loop {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    private final int opsPerFrame;
    private final Duration time;
    private final double framesPerSecond;
    private final Histogram nanos = new ConcurrentHistogram(3);

    OpenLoop(int opsPerFrame, Duration time, double framesPerSecond) {
        this.opsPerFrame = opsPerFrame;
        this.time = time;
        this.framesPerSecond = framesPerSecond;
    }

    @Override
    public Outcome run(List<Store.Connection> connections) throws IOException, InterruptedException {
        List<CompletableFuture<Void>> last = new ArrayList<>();
        connections.forEach(connection -> last.add(CompletableFuture.completedFuture(null)));
        long frames = Math.max(1, (long) (framesPerSecond * time.toNanos() / 1e9));
        long start = System.nanoTime();
        long lag = 0;
        for (long i = 0; i < frames; i++) {
            long due = start + (long) (i * 1e9 / framesPerSecond);
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            lag = Math.max(lag, System.nanoTime() - due);
            int turn = (int) (i % connections.size());
            last.set(turn, write(connections.get(turn), last.get(turn), due));
        }
        ClosedLoop.await(CompletableFuture.allOf(last.toArray(CompletableFuture<?>[]::new)), ANSWER_MAX);
        return new Outcome(frames, (System.nanoTime() - start) / 1e9, nanos, lag);
    }

    private CompletableFuture<Void> write(Store.Connection connection, CompletableFuture<Void> last, long due) {
        return last.thenCompose(done -> connection.write(opsPerFrame))
                .thenRun(() -> nanos.recordValue(System.nanoTime() - due));
    }
}
