package io.topgun.loadtests.fanout;

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
    private static final int ANSWER_MAX_S = 30;

    private final String name;
    private final int subscribers;
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
        this.name = name;
        this.subscribers = subscribers;
        this.counts = new long[subscribers];
        this.sums = new long[subscribers];
    }

    String name() {
        return name;
    }

    int subscribers() {
        return subscribers;
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
        counts[subscriber]++;
        sums[subscriber] += mix(number);
        changes++;
        int slot = slot(number);
        nanos.recordValue(Math.max(0, System.nanoTime() - due.get(slot)));
        if (++missing[slot] == subscribers) {
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

    /** Throws unless every subscriber got every change once. */
    void prove() {
        for (int i = 0; i < subscribers; i++) {
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
