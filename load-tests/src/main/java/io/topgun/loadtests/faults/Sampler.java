package io.topgun.loadtests.faults;

import java.util.OptionalInt;

/** Looks again and again how many replicas the partitions have live. */
final class Sampler {
    private static final int EVERY_MS = 200;

    private final Grid grid;
    private final Thread thread;
    private int samples;
    private int least = Integer.MAX_VALUE;

    Sampler(Grid grid) {
        this.grid = grid;
        this.thread = Thread.ofVirtual().start(this::sample);
    }

    private void sample() {
        try {
            while (true) {
                OptionalInt now = grid.leastLive();
                if (now.isPresent()) {
                    add(now.getAsInt());
                }
                Thread.sleep(EVERY_MS);
            }
        } catch (InterruptedException e) {
            // ended
        }
    }

    private synchronized void add(int live) {
        samples++;
        least = Math.min(least, live);
    }

    /** Stops looking; the least number of live replicas that was seen, empty if no node told. */
    OptionalInt end() throws InterruptedException {
        thread.interrupt();
        thread.join();
        synchronized (this) {
            return samples == 0 ? OptionalInt.empty() : OptionalInt.of(least);
        }
    }

    /** What was seen, in words. */
    synchronized String seen() {
        return samples == 0
                ? "no node told how many replicas are live"
                : "at least %d live replicas of every partition in %d samples".formatted(least, samples);
    }
}
