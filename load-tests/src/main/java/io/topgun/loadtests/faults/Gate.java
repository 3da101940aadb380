package io.topgun.loadtests.faults;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Tells clients where to connect and when to rest: all of them look here between two frames. */
final class Gate {
    private enum Phase {
        OPEN,
        /** Only what is not yet acknowledged is sent. */
        SETTLING,
        SHUT,
        OVER
    }

    private Phase phase = Phase.SHUT;
    private List<URI> nodes = List.of();
    private int resting;

    synchronized void open(List<URI> addresses) {
        nodes = List.copyOf(addresses);
        pass(Phase.OPEN);
    }

    /** Lets clients finish what they have begun. */
    synchronized void settle() {
        pass(Phase.SETTLING);
    }

    /** Lets nobody connect. */
    synchronized void shut() {
        pass(Phase.SHUT);
    }

    /** Ends the clients. */
    synchronized void end() {
        pass(Phase.OVER);
    }

    private void pass(Phase next) {
        phase = next;
        notifyAll();
    }

    synchronized boolean isOpen() {
        return phase == Phase.OPEN;
    }

    /** Waits for a while, or until the gate is no longer open. */
    synchronized void rest(long ms) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        long leftMs = ms;
        while (phase == Phase.OPEN && leftMs > 0) {
            wait(leftMs);
            leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
    }

    /** Waits until a client has something to do; the addresses of the nodes, or empty once it is over. */
    synchronized Optional<List<URI>> awaitWork(boolean hasUnacknowledged) throws InterruptedException {
        resting++;
        notifyAll();
        while (phase == Phase.SHUT || (phase == Phase.SETTLING && !hasUnacknowledged)) {
            wait();
        }
        resting--;
        return phase == Phase.OVER ? Optional.empty() : Optional.of(nodes);
    }

    /** Waits until so many clients wait here; false if time runs out. */
    synchronized boolean awaitRest(int clients, long atMostMs) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(atMostMs);
        while (resting < clients) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }
}
