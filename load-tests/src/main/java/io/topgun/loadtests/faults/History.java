package io.topgun.loadtests.faults;

import io.topgun.crdt.Cell;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Everything that was sent to the grid, and which of it was acknowledged. For use by many threads. */
final class History {
    private final Map<Place, Map<Cell, Fate>> fatesByDelta = new HashMap<>();
    private final Map<String, Wait> waiting = new HashMap<>();
    private final Map<Level, Long> longestWaitNanos = new EnumMap<>(Level.class);
    private boolean broken;
    private long sent;
    private long acknowledged;
    private long refused;
    private long lastNanos = System.nanoTime();
    private long heldNanos;
    private long longestNanos;

    /** What is known of a write. */
    private enum Fate {
        UNKNOWN,
        /** On the disk of one node that is still there. */
        PERSISTED,
        REPLICATED
    }

    /** One write and whether it was acknowledged, and is to be found. */
    record Sent(Cell delta, boolean acknowledged) {}

    private record Wait(Level level, long sinceNanos) {}

    /** To be called before the write is sent. */
    synchronized void sent(Op op) {
        Map<Cell, Fate> deltas = fatesByDelta.computeIfAbsent(new Place(op.map(), op.key()), none -> new HashMap<>());
        if (deltas.putIfAbsent(op.delta(), Fate.UNKNOWN) == null) {
            sent++;
        }
    }

    synchronized void acknowledged(Op op, Level level) {
        Map<Cell, Fate> deltas = fatesByDelta.getOrDefault(new Place(op.map(), op.key()), new HashMap<>());
        Fate before = deltas.get(op.delta());
        if (before == null) {
            throw new IllegalStateException("Acknowledged, but never sent: " + op);
        }
        Fate now = level == Level.REPLICATED ? Fate.REPLICATED : Fate.PERSISTED;
        deltas.put(op.delta(), now.compareTo(before) > 0 ? now : before);
        acknowledged++;
        time();
        notifyAll();
    }

    /** A disk is gone, and with it may be what was on one disk only. */
    synchronized void diskLost() {
        for (Map<Cell, Fate> deltas : fatesByDelta.values()) {
            deltas.replaceAll((delta, fate) -> fate == Fate.PERSISTED ? Fate.UNKNOWN : fate);
        }
    }

    private void time() {
        long now = System.nanoTime();
        longestNanos = Math.max(longestNanos, now - lastNanos);
        lastNanos = now;
    }

    /** A client waits for some writes to be acknowledged; over a new connection it still does. */
    synchronized void began(String client, Level level) {
        waiting.putIfAbsent(client, new Wait(level, System.nanoTime()));
    }

    /** The client has it. */
    synchronized void ended(String client) {
        Wait wait = waiting.remove(client);
        if (wait != null) {
            longestWaitNanos.merge(wait.level(), System.nanoTime() - wait.sinceNanos(), Math::max);
        }
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
        longestWaitNanos.clear();
        waiting.replaceAll((client, wait) -> new Wait(wait.level(), lastNanos));
    }

    /** Leaves out what follows, as nobody may write. */
    synchronized void hold() {
        heldNanos = System.nanoTime();
    }

    /** Ends what {@link #hold} began. */
    synchronized void goOn() {
        long restNanos = System.nanoTime() - heldNanos;
        lastNanos += restNanos;
        waiting.replaceAll((client, wait) -> new Wait(wait.level(), wait.sinceNanos() + restNanos));
    }

    /** The longest time between two acknowledgements since {@link #listen}. */
    synchronized Duration longestSilence() {
        return Duration.ofNanos(longestNanos);
    }

    /** The longest time that a client waited for a level since {@link #listen}; of those who want that very level. */
    synchronized Duration longestWait(Level level) {
        long now = System.nanoTime();
        long nanos = longestWaitNanos.getOrDefault(level, 0L);
        for (Wait wait : waiting.values()) {
            nanos = wait.level() == level ? Math.max(nanos, now - wait.sinceNanos()) : nanos;
        }
        return Duration.ofNanos(nanos);
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
        fatesByDelta.forEach((place, deltas) -> {
            List<Sent> all = new ArrayList<>();
            deltas.forEach((delta, done) -> all.add(new Sent(delta, done != Fate.UNKNOWN)));
            copy.put(place, all);
        });
        return copy;
    }
}
