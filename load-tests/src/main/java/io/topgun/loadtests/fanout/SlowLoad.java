package io.topgun.loadtests.fanout;

import java.time.Duration;

/**
 * So many subscribers, of whom the last ones stop reading.
 *
 * @param subscribers with those who stop
 */
record SlowLoad(int subscribers, int slow) {
    /** What comes to each while they do not read: more than a socket's buffers and an outbox of the node hold. */
    static final int MISSED_BYTES = 10 << 20;

    static final int MISSED_CHANGE_BYTES = 16 << 10;
    /** A node takes a client that is silent for longer for lost. */
    static final Duration STRETCH_MAX = Duration.ofSeconds(20);

    @Override
    public String toString() {
        return slow + " of " + subscribers + " stop reading";
    }
}
