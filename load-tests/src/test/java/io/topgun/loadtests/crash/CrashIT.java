package io.topgun.loadtests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.Observation;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real node is killed twenty times while six clients write, and after each start it must have every
 * acknowledged write, once, and nothing that was not written. {@code -Dtopgun.crash.seed=N} repeats the
 * plan of a run, though not its timing.
 */
@Tag("crash")
final class CrashIT {
    private static final int KILLS = 20;
    private static final int WRITERS = 6;
    /** A node that lives for two seconds is not worth the better compiler. */
    private static final List<String> QUICK_TO_START =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m");

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final long ACKS_MAX_MS = 30_000;
    /** Startup, or what is left of it, that a kill may fall into. */
    private static final int STARTUP_MS = 2_500;

    /** When a node is killed. */
    private enum Moment {
        STARTING,
        WRITING,
        ACKNOWLEDGED,
        SNAPSHOTTING
    }

    private final long seed = Long.getLong("topgun.crash.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final History history = new History();
    private final Gate gate = new Gate();
    private final Checker checker = new Checker();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    @Timeout(600)
    void shouldLoseAndInventNothingWhenKilledTwentyTimes() throws Exception {
        System.out.println("topgun.crash.seed=" + seed);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(threads.submit(new Writer(gate, history, "writer" + i, random.nextLong())));
            }
            try {
                for (int kill = 0; kill < KILLS; kill++) {
                    Moment moment = Moment.values()[kill % Moment.values().length];
                    runAndKill(kill, moment, writers);
                }
                long written = history.acknowledgements();
                observeLast();
                assertTrue(written > 100 * KILLS, () -> "Only " + written + " writes were acknowledged");
            } finally {
                gate.end();
            }
            for (Future<Integer> writer : writers) {
                assertTrue(writer.get() >= KILLS / 2, "A writer did not come back to every node");
            }
        }
    }

    private void runAndKill(int kill, Moment moment, List<Future<Integer>> writers) throws Exception {
        try (NodeProcess node =
                NodeProcess.start(directory.resolve("data"), QUICK_TO_START, List.of("--config", config(moment)))) {
            if (moment == Moment.STARTING && kill > 0) {
                Thread.sleep(random.nextInt(STARTUP_MS)); // the fault, not a wait for anything
            } else {
                URI sync = node.awaitReady(START_MAX);
                check(kill, sync);
                gate.open(sync);
                long acks = history.acknowledgements();
                long wanted = moment == Moment.SNAPSHOTTING ? 2_000 : 1 + random.nextInt(2_000);
                assertTrue(history.awaitAcknowledgements(acks + wanted, ACKS_MAX_MS), () -> failure(node, writers));
                if (moment != Moment.ACKNOWLEDGED) {
                    Thread.sleep(random.nextInt(800));
                }
            }
            node.kill();
            System.out.printf("kill %d %s: %,d acknowledged%n", kill, moment, history.acknowledgements());
        }
    }

    private static String failure(NodeProcess node, List<Future<Integer>> writers) {
        StringBuilder text = new StringBuilder("No acknowledgements any more\n").append(node.output());
        for (Future<Integer> writer : writers) {
            if (writer.state() == Future.State.FAILED) {
                text.append('\n').append(writer.exceptionNow());
            }
        }
        return text.toString();
    }

    /** Snapshots after a few events, so that a kill falls into one. */
    private String config(Moment moment) throws Exception {
        int every = moment == Moment.SNAPSHOTTING ? 3 : 10 + random.nextInt(200);
        Path file = directory.resolve("node.conf");
        Files.writeString(file, "topgun.replica.snapshot-every-events = " + every + "\n");
        return file.toString();
    }

    private void observeLast() throws Exception {
        try (NodeProcess node = NodeProcess.start(directory.resolve("data"), QUICK_TO_START, List.of())) {
            check(KILLS, node.awaitReady(START_MAX));
        }
    }

    /** Looks at the node while nobody writes. */
    private void check(int kill, URI sync) throws Exception {
        Observation now = Observation.of(sync, Workload.MAPS);
        List<String> faults = checker.check(history.copy(), now);
        List<String> first = faults.subList(0, Math.min(10, faults.size()));
        assertEquals(List.of(), first, () -> faults.size() + " faults before kill " + kill + ", seed " + seed);
    }
}
