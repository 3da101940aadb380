package io.topgun.node.partition;

import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import java.util.ArrayList;
import java.util.List;

/** A comparison of digests with a sibling that is under way. */
final class Comparison {
    private static final int TRIES_MAX = 3;

    private final Sibling with;
    private final Repair repair;
    private final boolean isTrusted;
    private long askedMs;
    private int tries;

    /**
     * A comparison.
     *
     * @param isTrusted whether the sibling's cells are taken however old they are
     */
    Comparison(Sibling with, Repair repair, boolean isTrusted) {
        this.with = with;
        this.repair = repair;
        this.isTrusted = isTrusted;
    }

    Sibling with() {
        return with;
    }

    /** What to do next; counted as asked at this time. */
    Repair.Next next(PartitionState state, long nowMs) {
        askedMs = nowMs;
        return repair.next(state);
    }

    /** Whether the question under way has had no answer for this time. */
    boolean isLate(long nowMs, long afterMs) {
        return nowMs - askedMs >= afterMs;
    }

    /** Whether it may be asked once more. */
    boolean mayTryAgain() {
        return ++tries < TRIES_MAX;
    }

    Repair.Changes on(Roots roots, PartitionState state) {
        tries = 0;
        return repair.on(roots, state);
    }

    Repair.Changes on(ReadReply reply, PartitionState state) {
        tries = 0;
        return repair.on(reply, state);
    }

    /** The events that changes amount to. */
    List<Event> events(Repair.Changes changes, PartitionState state, ReplicationMetrics metrics) {
        List<Event> events = new ArrayList<>(1);
        if (changes.frontierMs() > state.frontierMs()) {
            events.add(new Event.FrontierAdvanced(changes.frontierMs()));
        }
        List<Entry> effects = changes.merged();
        if (changes.dropped().isEmpty()) {
            Admission.Arrival arrival = state.arrive(changes.merged(), isTrusted);
            metrics.arrived(arrival);
            effects = arrival.effects();
        }
        if (!effects.isEmpty() || !changes.dropped().isEmpty()) {
            metrics.repaired(effects.size());
            CborWriter block = new CborWriter();
            BlockCodec.write(block, effects);
            events.add(new Event.Repaired(changes.dropped(), effects, block.toByteArray()));
        }
        return events;
    }
}
