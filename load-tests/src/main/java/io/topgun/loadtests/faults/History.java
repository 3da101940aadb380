package io.topgun.loadtests.faults;

import io.topgun.crdt.Cell;
import io.topgun.protocol.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Everything that was sent to the grid, and which of it was acknowledged. For use by many threads. */
final class History {
    private final Map<Place, Map<Cell, Boolean>> acknowledgedByDelta = new HashMap<>();
    private boolean broken;
    private long sent;
    private long acknowledged;
    private long refused;
    private long lastNanos = System.nanoTime();
    private long heldNanos;
    private long longestNanos;

    /** One write and whether it was acknowledged as persisted. */
    record Sent(Cell delta, boolean acknowledged) {}

    /** To be called before the write is sent. */
    synchronized void sent(Op op) {
        Map<Cell, Boolean> deltas =
                acknowledgedByDelta.computeIfAbsent(new Place(op.map(), op.key()), none -> new HashMap<>());
        if (deltas.putIfAbsent(op.delta(), false) == null) {
            sent++;
        }
    }

    synchronized void acknowledged(Op op) {
        Map<Cell, Boolean> deltas = acknowledgedByDelta.get(new Place(op.map(), op.key()));
        if (deltas == null || deltas.put(op.delta(), true) == null) {
            throw new IllegalStateException("Acknowledged, but never sent: " + op);
        }
        acknowledged++;
        long now = System.nanoTime();
        longestNanos = Math.max(longestNanos, now - lastNanos);
        lastNanos = now;
        notifyAll();
    }

    /** A write was refused for now; it stays unacknowledged. */
    synchronized void refused() {
        refused++;
        notifyAll();
    }

    /** A client cannot go on; nobody need wait for it any longer. */
    synchronized void broken() {
        broken = true;
        notifyAll();
    }

    /** Different writes that were sent. */
    synchronized long writes() {
        return sent;
    }

    synchronized long acknowledgements() {
        return acknowledged;
    }

    synchronized long refusals() {
        return refused;
    }

    /** Begins to time the silence between two acknowledgements, once clients write. */
    synchronized void listen() {
        lastNanos = System.nanoTime();
        longestNanos = 0;
    }

    /** Leaves out what follows, as nobody may write. */
    synchronized void hold() {
        heldNanos = System.nanoTime();
    }

    /** Ends what {@link #hold} began. */
    synchronized void goOn() {
        lastNanos += System.nanoTime() - heldNanos;
    }

    /** The longest time between two acknowledgements since {@link #listen}. */
    synchronized Duration longestSilence() {
        return Duration.ofNanos(longestNanos);
    }

    /** Waits for so many more acknowledgements than now; false if time runs out, or a client is broken. */
    boolean awaitAcknowledgements(long more, Duration atMost) throws InterruptedException {
        return awaitMore(() -> acknowledged, more, atMost);
    }

    /** Waits for so many more refusals than now; false if time runs out, or a client is broken. */
    boolean awaitRefusals(long more, Duration atMost) throws InterruptedException {
        return awaitMore(() -> refused, more, atMost);
    }

    private synchronized boolean awaitMore(LongSupplier count, long more, Duration atMost) throws InterruptedException {
        long wanted = count.getAsLong() + more;
        long end = System.nanoTime() + atMost.toNanos();
        while (count.getAsLong() < wanted) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (leftMs <= 0 || broken) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    synchronized Map<Place, List<Sent>> copy() {
        Map<Place, List<Sent>> copy = new HashMap<>();
        acknowledgedByDelta.forEach((place, deltas) -> {
            List<Sent> all = new ArrayList<>();
            deltas.forEach((delta, done) -> all.add(new Sent(delta, done)));
            copy.put(place, all);
        });
        return copy;
    }
}
