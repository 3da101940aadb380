package io.topgun.loadtests.fanout;

import io.topgun.loadtests.net.Link;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;

/**
 * The subscribers of one name and what they got. Changes are numbered; what comes is told by one thread, numbers are given by
 * another, and at most {@value #WINDOW_MAX} changes are on their way.
 */
final class Group {
    /** Changes on their way under load. */
    static final int WINDOW = 16;

    private static final int WINDOW_MAX = 1 << 10;
    /** Changes on their way when they are published at a rate. */
    private static final int OPEN_WINDOW = WINDOW_MAX / 2;
    /** More than can be on their way, so that no change takes the place of another. */
    static final int KEYS = 2 * WINDOW_MAX;

    private static final int ANSWER_MAX_S = 30;

    private final String name;
    private final int subscribers;
    private final SlowReaders slow;
    private final Semaphore free = new Semaphore(WINDOW_MAX);
    private final AtomicLongArray due = new AtomicLongArray(WINDOW_MAX);
    private final int[] missing = new int[WINDOW_MAX];
    private final long[] counts;
    private final long[] sums;
    private long published;
    private long publishedSum;
    private Histogram nanos = new Histogram(3);
    private long changes;
    private long frames;

    Group(String name, int subscribers) {
        this(name, subscribers, new SlowReaders(0));
    }

    /** The last ones may be slow: they are not waited for, and may get only the last one of several changes of a key. */
    Group(String name, int subscribers, SlowReaders slow) {
        this.name = name;
        this.subscribers = subscribers;
        this.slow = slow;
        this.counts = new long[subscribers];
        this.sums = new long[subscribers];
    }

    String name() {
        return name;
    }

    int subscribers() {
        return subscribers;
    }

    private int firstSlow() {
        return subscribers - slow.count();
    }

    /** The key of a change, where there are keys. */
    long key(long number) {
        return number % (slow.count() == 0 ? KEYS : SlowReaders.KEYS);
    }

    /** Changes on their way when they are published at a rate. */
    int windowMax() {
        return slow.count() == 0 ? OPEN_WINDOW : SlowReaders.WINDOW;
    }

    /** Of a subscriber's socket; 0: as the machine has it. */
    int receiveBytes(int subscriber) {
        return subscriber < firstSlow() ? 0 : SlowReaders.RECEIVE_BYTES;
    }

    /** A subscriber has its connection. */
    void opened(int subscriber, Link link) {
        if (subscriber >= firstSlow()) {
            slow.opened(subscriber - firstSlow(), link);
        }
    }

    /** What was counted since the last time. */
    record Counted(Histogram nanos, long changes, long frames) {}

    /** Gives numbers to so many changes that are due now, once few enough are on their way; returns the first. */
    long number(int count, long dueNanos, int window) throws IOException, InterruptedException {
        int kept = WINDOW_MAX - window;
        acquire(count + kept);
        free.release(kept);
        long first = published;
        for (long number = first; number < first + count; number++) {
            due.set(slot(number), dueNanos);
            publishedSum += mix(number);
        }
        published += count;
        return first;
    }

    private void acquire(int permits) throws IOException, InterruptedException {
        if (!free.tryAcquire(permits, ANSWER_MAX_S, TimeUnit.SECONDS)) {
            throw new IOException("Not all subscribers of " + name + " got what was sent");
        }
    }

    private static int slot(long number) {
        return (int) (number % WINDOW_MAX);
    }

    /** So that a number that came twice and one that did not come show. */
    private static long mix(long number) {
        return (number + 1) * 0x9E3779B97F4A7C15L;
    }

    /** A subscriber got a change. */
    void received(int subscriber, long number) {
        if (subscriber >= firstSlow()) {
            slow.received(subscriber - firstSlow(), number);
            return;
        }
        counts[subscriber]++;
        sums[subscriber] += mix(number);
        changes++;
        int slot = slot(number);
        nanos.recordValue(Math.max(0, System.nanoTime() - due.get(slot)));
        if (++missing[slot] == firstSlow()) {
            missing[slot] = 0;
            free.release();
        }
    }

    /** A subscriber got a frame. */
    void framed() {
        frames++;
    }

    /** Waits until nothing is on its way. */
    Counted quiesce() throws IOException, InterruptedException {
        acquire(WINDOW_MAX); // and what the other thread has counted is seen by this one
        Counted counted = new Counted(nanos, changes, frames);
        nanos = new Histogram(3);
        changes = 0;
        frames = 0;
        free.release(WINDOW_MAX);
        return counted;
    }

    /** Throws unless every subscriber, but for the slow ones, got every change once. */
    void prove() {
        for (int i = 0; i < firstSlow(); i++) {
            if (counts[i] != published || sums[i] != publishedSum) {
                throw new IllegalStateException(
                        "Subscriber " + i + " of " + name + " got " + counts[i] + " changes of " + published);
            }
        }
    }

    long published() {
        return published;
    }
}
