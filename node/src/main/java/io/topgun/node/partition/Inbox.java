package io.topgun.node.partition;

import io.topgun.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the sessions of this node leave operations for a replica, and its siblings what they ask and ship; it takes all that is there in
 * one turn.
 *
 * <p>While a replica waits for its journal the operations of other connections gather here, so that its next event carries them
 * all: a journal call costs the same for one operation as for a hundred. Bounded; past the bound a session is told
 * {@code OVERLOADED} and its client sends again, and what comes from a sibling is dropped, which is asked again.
 */
public final class Inbox {
    private static final long BYTES_MAX = 64 << 20;
    /** One event is one change and is never split on its way to a reader. */
    private static final long DRAIN_BYTES = 1 << 20;
    /** A sibling has a question and an answer on their way, and some again when this replica was late. */
    private static final int EXCHANGES_MAX = 256;

    private final Queue<Apply> queue = new ConcurrentLinkedQueue<>();
    private final Queue<Replication.Exchange> exchanges = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queuedExchanges = new AtomicInteger();
    private final AtomicInteger queuedOps = new AtomicInteger();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final int opsMax;
    private final Runnable signal;
    private volatile boolean closed;

    /**
     * An inbox.
     *
     * @param signal wakes the replica, which then calls {@link #exchanges} and {@link #drain}
     */
    Inbox(int opsMax, Runnable signal) {
        this.opsMax = opsMax;
        this.signal = signal;
    }

    /** Leaves operations; they are completed through their submission, refused if this replica is overloaded or gone. */
    public void submit(Apply apply) {
        long bytes = Apply.bytes(apply.ops());
        boolean tooMany = queuedOps.addAndGet(apply.ops().size()) > opsMax;
        boolean tooLarge = queuedBytes.addAndGet(bytes) > BYTES_MAX;
        if (tooMany || tooLarge) {
            taken(apply, bytes);
            apply.refuse(ErrorCode.OVERLOADED, "the partition has too many operations waiting");
            return;
        }
        queue.add(apply);
        if (closed) {
            refuseAll();
        } else {
            wake();
        }
    }

    /** Leaves what a sibling asks or ships. */
    void exchange(Replication.Exchange exchange) {
        if (queuedExchanges.incrementAndGet() > EXCHANGES_MAX) {
            queuedExchanges.decrementAndGet();
            return;
        }
        exchanges.add(exchange);
        wake();
    }

    private void wake() {
        if (signalled.compareAndSet(false, true)) {
            signal.run();
        }
    }

    /** Takes what siblings asked and shipped, in its order. */
    List<Replication.Exchange> exchanges() {
        signalled.set(false);
        List<Replication.Exchange> taken = new ArrayList<>();
        for (Replication.Exchange one = exchanges.poll(); one != null; one = exchanges.poll()) {
            queuedExchanges.decrementAndGet();
            taken.add(one);
        }
        return taken;
    }

    /** Takes the operations that wait, up to about {@code drainOpsMax} operations and a MiB; signals again if something is left. */
    List<Apply> drain(int drainOpsMax) {
        signalled.set(false);
        List<Apply> taken = new ArrayList<>();
        int ops = 0;
        long bytes = 0;
        while (ops < drainOpsMax && bytes < DRAIN_BYTES) {
            Apply apply = queue.poll();
            if (apply == null) {
                return taken;
            }
            long size = Apply.bytes(apply.ops());
            ops += apply.ops().size();
            bytes += size;
            taken(apply, size);
            taken.add(apply);
        }
        if (!queue.isEmpty()) {
            wake();
        }
        return taken;
    }

    /** Refuses what waits and what still comes. */
    void close() {
        closed = true;
        refuseAll();
    }

    private void taken(Apply apply, long bytes) {
        queuedOps.addAndGet(-apply.ops().size());
        queuedBytes.addAndGet(-bytes);
    }

    private void refuseAll() {
        for (Apply apply = queue.poll(); apply != null; apply = queue.poll()) {
            taken(apply, Apply.bytes(apply.ops()));
            apply.refuse(ErrorCode.NOT_PERSISTED, "the replica stopped before it was done");
        }
    }
}
