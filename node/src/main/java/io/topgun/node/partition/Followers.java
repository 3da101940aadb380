package io.topgun.node.partition;

import io.topgun.node.cluster.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.Consumer;

/** The siblings that follow a replica: what they ask for, what they have, and who waits until one of them has something. */
final class Followers {
    private final Map<NodeId, Replication.Follow> asking = new LinkedHashMap<>();
    private final Map<NodeId, Long> having = new HashMap<>();
    private final Queue<Waiter> waiting = new ArrayDeque<>();
    private Collection<NodeId> siblings = List.of();

    /** One who waits; told whether another replica has the change in its journal. */
    private record Waiter(long seq, long deadlineMs, Consumer<Boolean> whenDone) {}

    /** A sibling asks; whether it asks the same again. */
    boolean ask(Replication.Follow follow) {
        Replication.Follow before = asking.put(follow.who(), follow);
        return before != null && before.from().equals(follow.from());
    }

    /** A sibling has all up to this number in its journal. */
    void acknowledge(NodeId who, long seq) {
        having.merge(who, seq, Math::max);
        while (!waiting.isEmpty() && waiting.element().seq() <= seq) {
            waiting.remove().whenDone().accept(true);
        }
    }

    /** Who asks and has no answer yet. */
    List<Replication.Follow> asking() {
        return new ArrayList<>(asking.values());
    }

    void answered(NodeId who) {
        asking.remove(who);
    }

    /** These are there from now on; without any, nobody waits any longer. */
    void siblings(Collection<NodeId> now) {
        siblings = List.copyOf(now);
        asking.keySet().retainAll(siblings);
        having.keySet().retainAll(siblings);
        if (siblings.isEmpty()) {
            giveUp();
        }
    }

    /** Greatest number up to which some replica that is there has everything. */
    long highWater() {
        long highWater = 0;
        for (long seq : having.values()) {
            highWater = Math.max(highWater, seq);
        }
        return highWater;
    }

    /** Whether a sibling is there. */
    boolean hasSiblings() {
        return !siblings.isEmpty();
    }

    /** Up to where no sibling that is there needs the log any more. */
    long allHave() {
        long all = Long.MAX_VALUE;
        for (NodeId sibling : siblings) {
            all = Math.min(all, having.getOrDefault(sibling, 0L));
        }
        return all;
    }

    /**
     * Tells whether another replica has the change with this number, as soon as one has it, or at the deadline that none has. Numbers and
     * deadlines only grow from call to call.
     */
    void await(long seq, long deadlineMs, Consumer<Boolean> whenDone) {
        if (seq <= highWater()) {
            whenDone.accept(true);
        } else {
            waiting.add(new Waiter(seq, deadlineMs, whenDone));
        }
    }

    /** Ends the waiting of those whose time has come. */
    void expire(long nowMs) {
        while (!waiting.isEmpty() && waiting.element().deadlineMs() <= nowMs) {
            waiting.remove().whenDone().accept(false);
        }
    }

    /** When the first who waits gives up; empty if nobody waits. */
    OptionalLong nextDeadlineMs() {
        return waiting.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(waiting.element().deadlineMs());
    }

    /** Ends all waiting. */
    void giveUp() {
        while (!waiting.isEmpty()) {
            waiting.remove().whenDone().accept(false);
        }
    }

    /** Begins anew: the log's own replica has restarted. */
    void restart() {
        giveUp();
        asking.clear();
        having.clear();
    }
}
