package io.topgun.loadtests.faults;

import io.topgun.loadtests.Observation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** A node with its clients from an empty disk on, and what is found wrong with it after each fault. */
final class Trial implements AutoCloseable {
    private static final int WRITERS = 8;
    private static final int WATCHERS = 2;
    private static final int CLOCK_JUMP_SECONDS = 600;
    private static final Duration HEALED_WITHIN = Duration.ofSeconds(10);
    private static final Duration TROUBLE_WITHIN = Duration.ofSeconds(30);
    private static final Duration WRITES_WITHIN = Duration.ofSeconds(60);

    private final Victim node;
    private final History history = new History();
    private final Checker checker = new Checker();
    private final Gate writing = new Gate();
    private final Gate watching = new Gate();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<Integer>> clients = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private URI sync = URI.create("ws://not-started");
    private long healedNanos;

    /**
     * What became of a fault.
     *
     * @param faults what is wrong; nothing if all is well
     * @param silence longest time between two acknowledgements, the checks left out
     * @param equal from the healing until every client had what the node has
     */
    record Outcome(List<String> faults, Duration silence, Duration equal) {}

    Trial(Path directory, long seed) throws IOException {
        node = new Victim(directory);
        Random random = new Random(seed);
        for (int i = 0; i < WRITERS; i++) {
            begin(new Writer(writing, history, "writer" + i, random.nextLong()));
        }
        for (int i = 0; i < WATCHERS; i++) {
            Watcher watcher = new Watcher(watching, "watcher" + i, random.nextLong());
            watchers.add(watcher);
            begin(watcher);
        }
    }

    private void begin(Callable<Integer> client) {
        clients.add(threads.submit(() -> {
            try {
                return client.call();
            } catch (RuntimeException | Error e) {
                history.broken();
                throw e;
            }
        }));
    }

    History history() {
        return history;
    }

    long reads() {
        return watchers.stream().mapToLong(Watcher::reads).sum();
    }

    void start() throws IOException, InterruptedException {
        start(node.data(), 100);
        writing.open(sync);
    }

    private void start(Path data, int snapshotEvery) throws IOException, InterruptedException {
        node.start(data, snapshotEvery);
        sync = node.awaitReady();
        healedNanos = System.nanoTime();
        watching.open(sync);
    }

    /** Makes a fault under load, heals it, and checks; then the clients go on. */
    Outcome step(Schedule.Step step) throws IOException, InterruptedException {
        history.listen();
        require(history.awaitAcknowledgements(step.acknowledgements(), WRITES_WITHIN), "No acknowledgements any more");
        if (step.fault() != Fault.KILL || step.moment() == Schedule.Moment.WRITING) {
            Thread.sleep(step.delayMs()); // when the fault comes, not a wait for anything
        }
        boolean restarted = make(step);
        if (!restarted) {
            settle();
        }
        history.hold();
        List<String> faults = check(restarted);
        Duration equal = Duration.ofNanos(System.nanoTime() - healedNanos);
        history.goOn();
        writing.open(sync);
        require(history.awaitAcknowledgements(1, WRITES_WITHIN), "No acknowledgement after the fault");
        return new Outcome(faults, history.longestSilence(), equal);
    }

    /** Lets every write come to its end, and checks. */
    List<String> finish() throws IOException, InterruptedException {
        settle();
        healedNanos = System.nanoTime();
        return check(false);
    }

    private void settle() throws InterruptedException {
        writing.settle();
        require(writing.awaitRest(WRITERS, WRITES_WITHIN.toMillis()), "Writes do not come to an end");
    }

    /** Whether the node is another process afterwards; then nobody writes yet. */
    private boolean make(Schedule.Step step) throws IOException, InterruptedException {
        switch (step.fault()) {
            case KILL -> {
                kill();
                if (step.moment() == Schedule.Moment.STARTING) {
                    node.start(node.data(), step.snapshotEvery());
                    Thread.sleep(step.delayMs());
                    node.kill();
                }
                start(node.data(), step.snapshotEvery());
            }
            case TERM -> {
                node.terminate();
                rest();
                start(node.data(), step.snapshotEvery());
            }
            case STOP_1, STOP_10, STOP_40 ->
                node.halt(Duration.ofSeconds(step.fault().stopSeconds()));
            case CLOCK_AHEAD -> jump(CLOCK_JUMP_SECONDS);
            case CLOCK_BEHIND -> jump(-CLOCK_JUMP_SECONDS);
            case DISK_FULL -> fillDisk(step.snapshotEvery());
            case SYNC_ERROR -> {
                SyncErrors errors = new SyncErrors(node.pid());
                try {
                    awaitTrouble();
                } finally {
                    errors.end();
                }
                kill();
                start(node.data(), step.snapshotEvery());
            }
        }
        return switch (step.fault()) {
            case KILL, TERM, DISK_FULL, SYNC_ERROR -> true;
            case STOP_1, STOP_10, STOP_40, CLOCK_AHEAD, CLOCK_BEHIND -> {
                healedNanos = System.nanoTime();
                yield false;
            }
        };
    }

    /** Nobody connects, as the port may be another's soon. */
    private void rest() {
        writing.shut();
        watching.shut();
    }

    private void kill() throws IOException, InterruptedException {
        node.kill();
        rest();
    }

    private void jump(int seconds) throws IOException, InterruptedException {
        node.clock().set(seconds);
        try {
            awaitTrouble();
        } finally {
            node.clock().set(0);
        }
    }

    private void fillDisk(int snapshotEvery) throws IOException, InterruptedException {
        kill();
        SmallDisk disk = new SmallDisk(node.disk(), bytes(node.data()));
        try {
            Tool.run("cp", "-a", node.data() + "/.", node.disk().toString());
            start(node.disk(), snapshotEvery);
            writing.open(sync);
            require(history.awaitAcknowledgements(1, WRITES_WITHIN), "No acknowledgement on a small disk");
            disk.fill();
            awaitTrouble();
            kill();
            disk.relieve();
            Tool.run("rm", "-rf", node.data().toString());
            Tool.run("cp", "-a", node.disk().toString(), node.data().toString());
        } finally {
            disk.unmount();
        }
        start(node.data(), snapshotEvery);
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private void awaitTrouble() throws InterruptedException {
        require(history.awaitRefusals(1, TROUBLE_WITHIN), "The fault is not felt");
    }

    /** Looks at the node while nobody writes, as soon as all clients have what it has. */
    private List<String> check(boolean restarted) throws IOException, InterruptedException {
        Observation now = Observation.of(sync, Workload.MAPS);
        List<String> unequal = unequal(now);
        while (!unequal.isEmpty() && System.nanoTime() - healedNanos < HEALED_WITHIN.toNanos()) {
            Thread.sleep(20);
            now = Observation.of(sync, Workload.MAPS);
            unequal = unequal(now);
        }
        List<String> faults = new ArrayList<>(unequal);
        faults.addAll(checker.check(history.copy(), now, restarted));
        watchers.forEach(watcher -> faults.addAll(watcher.faults()));
        return faults;
    }

    private List<String> unequal(Observation now) {
        List<String> faults = new ArrayList<>();
        for (Watcher watcher : watchers) {
            List<Observation.Slice> differing = watcher.differing(now.digests());
            if (!differing.isEmpty()) {
                faults.add("unequal: " + HEALED_WITHIN + " after the healing a client differs in " + differing);
            }
        }
        return faults;
    }

    private void require(boolean condition, String otherwise) {
        for (Future<Integer> client : clients) {
            if (client.state() == Future.State.FAILED) {
                throw new IllegalStateException("A client has failed", client.exceptionNow());
            }
        }
        if (!condition) {
            throw new IllegalStateException(otherwise + "\n" + node.output());
        }
    }

    @Override
    public void close() throws IOException {
        writing.end();
        watching.end();
        try {
            node.close();
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }
}
