package io.topgun.node.partition;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Whose turn it is to be compared with: every live sibling when the siblings have changed, and from time to time. */
final class Patrol {
    private final long everyMs;
    private final Queue<Sibling> due = new ArrayDeque<>();
    private List<Sibling> live = List.of();
    private long beganMs = Long.MIN_VALUE / 2;

    Patrol(long everyMs) {
        this.everyMs = everyMs;
    }

    /** The siblings are these from now on. */
    void siblings(List<Sibling> now) {
        live = now.stream().filter(Sibling::isLive).toList();
        due.clear();
        due.addAll(live);
    }

    /**
     * The next one, if it is time. While the replica is written to that comes half as often: what is on its way looks like what is
     * missing, and would be read twice.
     */
    Optional<Sibling> next(long nowMs, boolean isQuiet) {
        if (due.isEmpty() && nowMs - beganMs >= (isQuiet ? everyMs : 2 * everyMs)) {
            due.addAll(live);
        }
        if (due.size() == live.size()) {
            beganMs = nowMs;
        }
        return Optional.ofNullable(due.poll());
    }
}
