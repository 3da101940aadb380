package io.topgun.loadtests.crash;

import java.net.URI;
import java.util.Optional;

/** Tells the writers where the node is, each time it is there again, and in the end that it is over. */
final class Gate {
    private int round;
    private boolean over;
    private URI sync = URI.create("ws://not-open-yet");

    /** A start of the node. */
    record Opening(int round, URI sync) {}

    synchronized void open(URI address) {
        round++;
        sync = address;
        notifyAll();
    }

    synchronized void end() {
        over = true;
        notifyAll();
    }

    /** Waits for an opening behind this round; empty once it is over. */
    synchronized Optional<Opening> awaitBehind(int lastRound) throws InterruptedException {
        while (round <= lastRound && !over) {
            wait();
        }
        return over ? Optional.empty() : Optional.of(new Opening(round, sync));
    }
}
