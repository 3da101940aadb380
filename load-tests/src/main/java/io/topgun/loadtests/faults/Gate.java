package io.topgun.loadtests.faults;

import java.net.URI;
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
    private URI sync = URI.create("ws://not-open-yet");
    private int resting;

    synchronized void open(URI address) {
        sync = address;
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

    /** Waits until a client has something to do; the address of the node, or empty once it is over. */
    synchronized Optional<URI> awaitWork(boolean hasUnacknowledged) throws InterruptedException {
        resting++;
        notifyAll();
        while (phase == Phase.SHUT || (phase == Phase.SETTLING && !hasUnacknowledged)) {
            wait();
        }
        resting--;
        return phase == Phase.OVER ? Optional.empty() : Optional.of(sync);
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
