package io.topgun.loadtests.faults;

import io.topgun.loadtests.Peer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * A client that holds a replica of every map and resumes it over as many connections as it takes, at the next node when it
 * loses one: by position, or by digests where a position is not good. It reads again what it has been told: never may less
 * be there.
 */
final class Watcher implements Callable<Integer> {
    private static final int BACK_OFF_MS_MAX = 100;

    private final Gate gate;
    private final int number;
    private final Random random;
    private final Holdings holdings;

    Watcher(Gate gate, int number, Holdings.Resume resume, long seed) {
        this.gate = gate;
        this.number = number;
        this.holdings = new Holdings(resume);
        this.random = new Random(seed);
    }

    /** What it has by now. */
    Holdings holdings() {
        return holdings;
    }

    /** Runs until the gate says it is over; returns the number of connections it had. */
    @Override
    public Integer call() throws InterruptedException {
        int connections = 0;
        int lost = 0;
        while (true) {
            Optional<List<URI>> nodes = gate.awaitWork(true);
            if (nodes.isEmpty()) {
                return connections;
            }
            URI sync = nodes.get().get((number + lost) % nodes.get().size());
            try (Peer peer = new Peer(sync, "watcher" + number)) {
                connections++;
                watch(new Watch(peer, holdings, random), peer);
            } catch (IOException e) {
                lost++;
                Thread.sleep(random.nextInt(BACK_OFF_MS_MAX)); // the fault, as was to be expected
            }
        }
    }

    private static void watch(Watch watch, Peer peer) throws IOException, InterruptedException {
        watch.begin();
        while (true) {
            watch.on(peer.receive());
        }
    }
}
