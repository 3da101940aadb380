package io.topgun.loadtests.crash;

import io.topgun.crdt.Cell;
import io.topgun.protocol.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything that was sent to the grid, and which of it was acknowledged. For use by many threads. */
final class History {
    private final Map<Place, Map<Cell, Boolean>> acknowledgedByDelta = new HashMap<>();
    private long acknowledged;

    /** One write and whether it was acknowledged as persisted. */
    record Sent(Cell delta, boolean acknowledged) {}

    /** To be called before the write is sent. */
    synchronized void sent(Op op) {
        acknowledgedByDelta
                .computeIfAbsent(new Place(op.map(), op.key()), none -> new HashMap<>())
                .putIfAbsent(op.delta(), false);
    }

    synchronized void acknowledged(Op op) {
        Map<Cell, Boolean> deltas = acknowledgedByDelta.get(new Place(op.map(), op.key()));
        if (deltas == null || deltas.put(op.delta(), true) == null) {
            throw new IllegalStateException("Acknowledged, but never sent: " + op);
        }
        acknowledged++;
        notifyAll();
    }

    synchronized long acknowledgements() {
        return acknowledged;
    }

    /** Waits until so many writes are acknowledged; false if time runs out. */
    synchronized boolean awaitAcknowledgements(long wanted, long atMostMs) throws InterruptedException {
        long end = System.nanoTime() + atMostMs * 1_000_000;
        while (acknowledged < wanted) {
            long leftMs = (end - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    synchronized Map<Place, List<Sent>> copy() {
        Map<Place, List<Sent>> copy = new HashMap<>();
        acknowledgedByDelta.forEach((place, deltas) -> {
            List<Sent> sent = new ArrayList<>();
            deltas.forEach((delta, done) -> sent.add(new Sent(delta, done)));
            copy.put(place, sent);
        });
        return copy;
    }
}
