package io.topgun.node.partition;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The number of the last change of one run of a replica, for who does not want to ask it.
 *
 * <p>It never is behind what the hub was told: the replica moves it before it publishes a change. So who first has the hub tell him of
 * every later change, and looks then, misses nothing: a change that the hub had before is in the number, any other one he is told.
 */
public final class Head {
    private final AtomicLong seq = new AtomicLong(-1);

    /** A head that is nowhere yet. */
    Head() {}

    void moveTo(long changeSeq) {
        seq.set(changeSeq);
    }

    /** Whether the log ends with this change. */
    public boolean is(long changeSeq) {
        return seq.get() == changeSeq;
    }
}
