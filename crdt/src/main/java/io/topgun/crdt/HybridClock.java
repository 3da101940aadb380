package io.topgun.crdt;

import java.util.function.LongSupplier;

/**
 * Source of one writer's stamps: never the same twice, never behind one it has observed, close to
 * the wall clock (Kulkarni et al., <i>Logical Physical Clocks</i>, 2014). Safe for use by threads.
 */
public final class HybridClock {
    private final LongSupplier wallMs;
    private final String writer;
    private long last;

    public HybridClock(LongSupplier wallMs, String writer) {
        if (!Stamp.isWriter(writer)) {
            throw new IllegalArgumentException("Not a writer id: " + writer);
        }
        this.wallMs = wallMs;
        this.writer = writer;
    }

    /** Stamp greater than all before; a counter that overflows borrows the next millisecond. */
    public synchronized Stamp next() {
        long wall = Stamp.time(wallMs.getAsLong(), 0);
        last = Long.compareUnsigned(wall, last) > 0 ? wall : last + 1;
        return new Stamp(last, writer);
    }

    /** Makes all later stamps greater than this time, whoever made it. */
    public synchronized void observe(long time) {
        if (Long.compareUnsigned(time, last) > 0) {
            last = time;
        }
    }
}
