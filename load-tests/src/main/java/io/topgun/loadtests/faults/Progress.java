package io.topgun.loadtests.faults;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a connection stands in a partition: in whose log, how far, and which maps are yet to be found equal. */
final class Progress {
    private static final int NONE = -1;

    /** The order of deltas against chunks is free, so the greatest counts; deltas in front of them are no position. */
    private final Map<Integer, Long> greatestByRef = new HashMap<>();

    private final Set<String> unequal = new HashSet<>();
    private int ref = NONE;
    private long seq;
    private boolean isCaughtUp;

    int ref() {
        return ref;
    }

    /** Everything up to there has been merged, once it is caught up. */
    long seq() {
        return seq;
    }

    boolean isCaughtUp() {
        return isCaughtUp;
    }

    boolean isCaughtUpWith(int log) {
        return isCaughtUp && ref == log;
    }

    /** The last chunk of what was missed. */
    void caughtUp(int log, long chunkSeq) {
        long deltas = greatestByRef.getOrDefault(log, 0L);
        seq = Math.max(chunkSeq, Math.max(deltas, log == ref && isCaughtUp ? seq : 0));
        ref = log;
        isCaughtUp = true;
        unequal.clear();
    }

    /** Nothing was missed, if nothing else was said of the partition. */
    void unchanged(int log, long positionSeq) {
        if (ref == NONE) {
            caughtUp(log, positionSeq);
        }
    }

    void changed(int log, long changeSeq) {
        greatestByRef.merge(log, changeSeq, Math::max);
        if (isCaughtUpWith(log)) {
            seq = Math.max(seq, changeSeq);
        }
    }

    boolean isRepairing(int log) {
        return ref == log && !isCaughtUp && !unequal.isEmpty();
    }

    /** A digest that nobody asked for: changes were let go, or another log answers. */
    void beginRepair(int log, List<String> maps) {
        ref = log;
        seq = Long.MAX_VALUE;
        isCaughtUp = false;
        unequal.addAll(maps);
        greatestByRef.clear();
    }

    /** A map is what the log has, as of a change. */
    void equal(String map, long digestSeq) {
        seq = Math.min(seq, digestSeq);
        unequal.remove(map);
        isCaughtUp = unequal.isEmpty();
    }

    void unequal(String map) {
        unequal.add(map);
    }
}
