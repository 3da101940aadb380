package io.topgun.loadtests.fanout;

import io.topgun.loadtests.net.Link;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLongArray;

/** The subscribers of a group who stop reading for a while; by what they have of each key it shows whether they have everything. */
final class SlowReaders {
    /** Few, so that somebody who reads on has less to get than there were changes. */
    static final int KEYS = 128;
    /** Of changes on their way to the others, so that none of theirs takes the place of another. */
    static final int WINDOW = KEYS / 2;
    /** So that the other end soon feels that nobody reads. */
    static final int RECEIVE_BYTES = 4_096;

    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(30);
    private static final int POLL_MS = 5;

    private final ConcurrentMap<Integer, Link> links = new ConcurrentHashMap<>();
    /** Of each reader, by key, one more than the number of the last change it got. */
    private final AtomicLongArray last;

    private final int count;

    SlowReaders(int count) {
        last = new AtomicLongArray(count * KEYS);
        this.count = count;
    }

    int count() {
        return count;
    }

    void opened(int reader, Link link) {
        links.put(reader, link);
    }

    void received(int reader, long number) {
        last.accumulateAndGet(reader * KEYS + (int) (number % KEYS), number + 1, Math::max);
    }

    /** They read no more. */
    void stop() {
        links.values().forEach(Link::pause);
    }

    /** They read on; returns once each of them has the last change of every key. */
    void readOn(long published) throws IOException, InterruptedException {
        links.values().forEach(Link::resume);
        long end = System.nanoTime() + CATCH_UP_MAX.toNanos();
        for (int reader = 0; reader < count; reader++) {
            while (missing(reader, published) > 0) {
                if (System.nanoTime() > end) {
                    throw new IOException(
                            "A slow reader lacks " + missing(reader, published) + " of " + KEYS + " keys");
                }
                Thread.sleep(POLL_MS);
            }
        }
    }

    /** Keys of which a reader has not got the last change. */
    private long missing(int reader, long published) {
        long missing = 0;
        for (long number = Math.max(0, published - KEYS); number < published; number++) {
            if (last.get(reader * KEYS + (int) (number % KEYS)) != number + 1) {
                missing++;
            }
        }
        return missing;
    }
}
