package io.topgun.node.imports;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waiting times that double, each drawn from zero to its bound so that many who wait do not return at once. */
final class Backoff {
    private final long leastNanos;
    private final long mostNanos;
    private long boundNanos;
    private long untilNanos = System.nanoTime();

    Backoff(Duration least, Duration most) {
        leastNanos = least.toNanos();
        mostNanos = most.toNanos();
        boundNanos = leastNanos;
    }

    boolean isOver() {
        return System.nanoTime() - untilNanos >= 0;
    }

    /** Begins to wait, longer than the last time; changes nothing while it waits already. */
    void start() {
        if (isOver()) {
            untilNanos = System.nanoTime() + ThreadLocalRandom.current().nextLong(boundNanos / 2, boundNanos);
            boundNanos = Math.min(mostNanos, boundNanos * 2);
        }
    }

    void reset() {
        boundNanos = leastNanos;
    }
}
