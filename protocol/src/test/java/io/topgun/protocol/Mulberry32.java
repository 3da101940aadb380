package io.topgun.protocol;

/** Random numbers of 32-bit arithmetic, which any language can have the same of. */
final class Mulberry32 {
    private int state;

    Mulberry32(int seed) {
        this.state = seed;
    }

    /** The next number, from 0 to {@code bound - 1}. */
    int below(int bound) {
        state += 0x6d2b79f5;
        int t = (state ^ (state >>> 15)) * (1 | state);
        t = (t + ((t ^ (t >>> 7)) * (61 | t))) ^ t;
        return Integer.remainderUnsigned(t ^ (t >>> 14), bound);
    }
}
