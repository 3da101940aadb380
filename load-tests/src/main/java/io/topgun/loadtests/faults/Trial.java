package io.topgun.loadtests.faults;

import io.topgun.loadtests.Observation;
import io.topgun.protocol.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A grid with its clients from empty disks on, and what is found wrong with it after each fault. */
final class Trial implements AutoCloseable {
    private static final Duration HEALED_WITHIN = Duration.ofSeconds(10);
    private static final int FIRST_SNAPSHOT_AFTER = 100;
    /** Replicas that a partition has live at any time while nodes come and go as they are asked to. */
    private static final int LIVE_MIN = 2;

    private final Grid grid;
    private final Clients clients;
    private final Making faults;
    private final Checker checker = new Checker();
    private long healedNanos;

    /**
     * What became of a fault.
     *
     * @param faults what is wrong; nothing if all is well
     * @param silence longest time between two acknowledgements, the checks left out
     * @param persisted longest time that a client waited for that level
     * @param replicated longest time that a client waited for that level
     * @param equal from the healing until every node and every client had the same
     * @param figures what else was measured
     */
    record Outcome(
            List<String> faults,
            Duration silence,
            Duration persisted,
            Duration replicated,
            Duration equal,
            List<String> figures) {}

    Trial(Path directory, int nodes, Load load, long seed) throws IOException {
        grid = new Grid(directory, nodes);
        clients = new Clients(nodes, load, seed);
        faults = new Making(grid, clients);
    }

    History history() {
        return clients.history();
    }

    long reads() {
        return clients.watchers().stream().mapToLong(w -> w.holdings().reads()).sum();
    }

    long repairs() {
        return clients.watchers().stream()
                .mapToLong(w -> w.holdings().repairs())
                .sum();
    }

    int downings() {
        return grid.downings();
    }

    /** Starts the grid and lets the clients write for a while. */
    void start(Duration warmUp) throws IOException, InterruptedException {
        for (Victim node : grid.nodes()) {
            node.start(node.data(), FIRST_SNAPSHOT_AFTER);
        }
        grid.awaitWhole();
        clients.open(grid.addresses());
        Thread.sleep(warmUp.toMillis()); // a time to be compiled in, not a wait for anything
    }

    /** Makes a fault under load, heals it, and checks; then the clients go on. */
    Outcome step(Schedule.Step step) throws IOException, InterruptedException {
        try {
            return make(step);
        } catch (IllegalStateException e) {
            throw new IllegalStateException(e.getMessage() + "\n" + grid.output(), e);
        }
    }

    private Outcome make(Schedule.Step step) throws IOException, InterruptedException {
        history().listen();
        clients.awaitAcknowledgements(step.acknowledgements());
        if (step.fault() != Fault.KILL || step.moment() == Schedule.Moment.WRITING) {
            Thread.sleep(step.delayMs()); // when the fault comes, not a wait for anything
        }
        Sampler sampler = new Sampler(grid);
        boolean areAllNew = faults.make(step);
        OptionalInt leastLive = sampler.end();
        healedNanos = System.nanoTime();
        if (!areAllNew) {
            clients.settle();
        }
        history().hold();
        List<String> found = check(areAllNew ? Checker.Stores.RESTARTED : Checker.Stores.SAME);
        found.addAll(faults.takeFindings());
        if (step.fault() == Fault.SCALE && leastLive.orElse(0) < LIVE_MIN) {
            found.add("placement: " + sampler.seen());
        }
        Duration equal = Duration.ofNanos(System.nanoTime() - healedNanos);
        history().goOn();
        clients.open(grid.addresses());
        clients.awaitAcknowledgements(1);
        List<String> figures = new ArrayList<>(faults.takeFigures());
        if (!grid.isOne()) {
            figures.add(sampler.seen());
        }
        return new Outcome(
                found,
                history().longestSilence(),
                history().longestWait(Level.PERSISTED),
                history().longestWait(Level.REPLICATED),
                equal,
                figures);
    }

    /** Lets every write come to its end, and checks. */
    List<String> finish() throws InterruptedException {
        clients.settle();
        healedNanos = System.nanoTime();
        return check(Checker.Stores.SAME);
    }

    /** Looks at all nodes while nobody writes, as soon as they and all clients have the same. */
    private List<String> check(Checker.Stores stores) throws InterruptedException {
        List<Observation> nodes = new ArrayList<>();
        List<String> unequal = observe(nodes);
        while (!unequal.isEmpty() && System.nanoTime() - healedNanos < HEALED_WITHIN.toNanos()) {
            Thread.sleep(20);
            unequal = observe(nodes);
        }
        List<String> found = new ArrayList<>(unequal);
        if (nodes.size() == grid.nodes().size()) {
            found.addAll(checker.check(clients.history().copy(), nodes, grid.isOne() ? stores : Checker.Stores.ANY));
        }
        clients.watchers().forEach(watcher -> found.addAll(watcher.holdings().faults()));
        return found;
    }

    /** Fills a list with what every node tells; what is not equal. */
    private List<String> observe(List<Observation> nodes) throws InterruptedException {
        nodes.clear();
        for (Victim node : grid.nodes()) {
            try {
                nodes.add(Observation.of(node.sync(), Workload.MAPS));
            } catch (IOException e) {
                return List.of("stuck: " + node + " cannot be read: " + e);
            }
        }
        List<String> found = new ArrayList<>();
        // What still comes while a node is read is in the digests that it tells last, and not in the cells it told
        // first.
        boolean isMoving =
                nodes.stream().anyMatch(node -> !node.slicesThatDiffer().isEmpty());
        if (isMoving || !Checker.unequal(nodes).isEmpty()) {
            found.add("unequal: the nodes are, " + HEALED_WITHIN + " after the healing");
        }
        for (Watcher watcher : clients.watchers()) {
            List<Observation.Slice> differing =
                    watcher.holdings().differing(nodes.get(0).digests());
            if (!differing.isEmpty()) {
                found.add("unequal: " + HEALED_WITHIN + " after the healing a client differs in " + differing);
            }
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        try (clients) {
            grid.close();
        }
    }
}
