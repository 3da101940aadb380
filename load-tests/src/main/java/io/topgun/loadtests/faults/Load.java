package io.topgun.loadtests.faults;

import java.util.Random;

/**
 * Who writes, and how much.
 *
 * @param writers clients that write; as many more hold replicas as there are nodes
 * @param writesPerSecond of all of them together, on average; 0: as fast as answers come
 */
public record Load(int writers, int writesPerSecond) {
    /** So that an hour's history fits the memory and a node is not only busy. */
    private static final int PAUSE_MS_MAX = 60;

    public Load {
        if (writers < 1 || writesPerSecond < 0) {
            throw new IllegalArgumentException(writers + " writers, " + writesPerSecond + " writes a second");
        }
    }

    /** How long a writer rests that has written so much: a time whose mean keeps the rate, if answers come at once. */
    int pauseMs(int written, Random random) {
        if (writesPerSecond == 0) {
            return random.nextInt(PAUSE_MS_MAX);
        }
        return (int) (random.nextDouble() * 2_000.0 * writers * written / writesPerSecond);
    }

    @Override
    public String toString() {
        return writers + " writers" + (writesPerSecond == 0 ? "" : ", " + writesPerSecond + " writes a second");
    }
}
