package io.topgun.loadtests.faults;

import io.topgun.protocol.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes faults, and heals them. */
final class Making {
    private static final int CLOCK_JUMP_SECONDS = 600;
    private static final int ISOLATED_MS = 60_000;
    private static final Duration TROUBLE_WITHIN = Duration.ofSeconds(30);
    private static final int NODES_ADDED = 2;
    private static final int IMBALANCE_PERCENT_MAX = 10;
    private static final Duration BALANCED_WITHIN = Duration.ofSeconds(60);
    /** Later than that it will never be, and nothing more can be tried. */
    private static final Duration BALANCED_AT_ALL_WITHIN = Duration.ofMinutes(4);

    private final Grid grid;
    private final Clients clients;
    private final Network network = new Network();
    private final List<String> figures = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();

    Making(Grid grid, Clients clients) {
        this.grid = grid;
        this.clients = clients;
    }

    /** What was measured since the last time. */
    List<String> takeFigures() {
        return take(figures);
    }

    /** What the faults themselves found wrong since the last time. */
    List<String> takeFindings() {
        return take(findings);
    }

    private static List<String> take(List<String> from) {
        List<String> taken = List.copyOf(from);
        from.clear();
        return taken;
    }

    /** Makes a fault and heals it; whether nobody has written since all nodes were started anew. */
    boolean make(Schedule.Step step) throws IOException, InterruptedException {
        Victim node = grid.nodes().get(step.node());
        switch (step.fault()) {
            case KILL -> {
                kill(node);
                if (step.moment() == Schedule.Moment.STARTING) {
                    node.start(node.data(), step.snapshotEvery());
                    Thread.sleep(step.delayMs());
                    node.kill();
                }
                start(node, step);
            }
            case KILL_LEADER -> {
                kill(grid.nodes().get(0)); // who has the lowest address
                start(grid.nodes().get(0), step);
            }
            case KILL_TWO -> {
                kill(node);
                start(node, step);
                Victim other = grid.others(node).get(0);
                kill(other);
                start(other, step);
            }
            case KILL_ALL -> killAll(step);
            case WIPE -> wipe(node, step);
            case TERM -> {
                terminate(node);
                start(node, step);
            }
            case ROLLING -> {
                for (Victim each : grid.nodes()) {
                    terminate(each);
                    start(each, step);
                }
            }
            case STOP_1, STOP_10, STOP_40 ->
                node.halt(Duration.ofSeconds(step.fault().stopSeconds()));
            case CLOCK_AHEAD -> jump(node, CLOCK_JUMP_SECONDS, step);
            case CLOCK_BEHIND -> jump(node, -CLOCK_JUMP_SECONDS, step);
            case DISK_FULL -> fillDisk(node, step);
            case SYNC_ERROR -> failSyncs(node, step);
            case HALVES -> {
                int half = grid.nodes().size() / 2;
                split(
                        grid.nodes().subList(0, half),
                        grid.nodes().subList(half, grid.nodes().size()),
                        step.holdMs());
            }
            case ISOLATED -> split(List.of(node), grid.others(node), step.holdMs());
            case ISOLATED_60 -> split(List.of(node), grid.others(node), ISOLATED_MS);
            case ONE_WAY -> {
                network.cut(node, grid.others(node).get(0));
                hold(step.holdMs());
                network.heal();
            }
            case BEHIND -> fallBehind(node, step);
            case SCALE -> scale(step);
        }
        grid.awaitWhole();
        clients.watch(grid.addresses());
        return step.fault() == Fault.KILL_ALL
                || (grid.isOne()
                        && switch (step.fault()) {
                            case KILL, TERM, DISK_FULL, SYNC_ERROR -> true;
                            default -> false;
                        });
    }

    /** As nobody may write before a node without others is checked, lest what it lost be written over. */
    private void rest() {
        if (grid.isOne()) {
            clients.shut();
        }
    }

    private void kill(Victim node) throws IOException, InterruptedException {
        node.kill();
        rest();
    }

    private void terminate(Victim node) throws IOException, InterruptedException {
        node.terminate();
        rest();
    }

    private void start(Victim node, Schedule.Step step) throws IOException, InterruptedException {
        node.start(node.data(), step.snapshotEvery());
        grid.awaitWhole();
    }

    private void killAll(Schedule.Step step) throws IOException, InterruptedException {
        for (Victim node : grid.nodes()) {
            node.kill();
        }
        clients.shut();
        for (Victim node : grid.nodes()) {
            node.start(node.data(), step.snapshotEvery());
        }
    }

    private void wipe(Victim node, Schedule.Step step) throws IOException, InterruptedException {
        node.kill();
        Tool.run("rm", "-rf", node.data().toString());
        List<String> members = grid.others(node).stream().map(Victim::seed).toList();
        node.start(node.data(), step.snapshotEvery(), members);
        grid.awaitWhole();
        clients.history().diskLost();
    }

    private void jump(Victim node, int seconds, Schedule.Step step) throws IOException, InterruptedException {
        node.clock().set(seconds);
        try {
            awaitTrouble(step);
        } finally {
            node.clock().set(0);
        }
    }

    private void failSyncs(Victim node, Schedule.Step step) throws IOException, InterruptedException {
        SyncErrors errors = new SyncErrors(node.pid());
        try {
            awaitTrouble(step);
        } finally {
            errors.end();
        }
        kill(node);
        start(node, step);
    }

    private void fillDisk(Victim node, Schedule.Step step) throws IOException, InterruptedException {
        kill(node);
        SmallDisk disk = new SmallDisk(node.disk(), bytes(node.data()));
        try {
            Tool.run("cp", "-a", node.data() + "/.", node.disk().toString());
            node.start(node.disk(), step.snapshotEvery());
            grid.awaitWhole();
            clients.open(grid.addresses());
            clients.awaitAcknowledgements(1);
            disk.fill();
            awaitTrouble(step);
            kill(node);
            disk.relieve();
            Tool.run("rm", "-rf", node.data().toString());
            Tool.run("cp", "-a", node.disk().toString(), node.data().toString());
        } finally {
            disk.unmount();
        }
        start(node, step);
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    /** A node alone must refuse writes; where there are others they take them, and nobody need notice. */
    private void awaitTrouble(Schedule.Step step) throws InterruptedException {
        if (grid.isOne()) {
            clients.require(clients.history().awaitRefusals(1, TROUBLE_WITHIN), "The fault is not felt");
        } else {
            hold(step.holdMs());
        }
    }

    private void split(List<Victim> side, List<Victim> others, int holdMs) throws InterruptedException {
        network.split(side, others);
        hold(holdMs);
        network.heal();
    }

    /** Lets a fault last, not a wait for anything. */
    private static void hold(int ms) throws InterruptedException {
        Thread.sleep(ms);
    }

    private void fallBehind(Victim node, Schedule.Step step) throws IOException, InterruptedException {
        clients.settle(); // so that the traffic is that of the changes
        node.kill();
        Victim other = grid.others(node).get(0);
        Behind behind = new Behind();
        behind.write(other.sync(), Level.REPLICATED);
        network.count(node);
        long startNanos = System.nanoTime();
        start(node, step);
        Duration ready = Duration.ofNanos(System.nanoTime() - startNanos);
        if (!behind.awaitEqual(node) || !behind.awaitEqual(other)) {
            throw new IllegalStateException("What was written while " + node + " was away is not everywhere");
        }
        Duration equal = Duration.ofNanos(System.nanoTime() - startNanos);
        figures.add(
                "behind: changes of %,d bytes; ready %d ms and equal %d ms after its start, having been sent %,d bytes"
                        .formatted(behind.writtenBytes(), ready.toMillis(), equal.toMillis(), network.counted()));
    }

    private void scale(Schedule.Step step) throws IOException, InterruptedException {
        for (int i = 0; i < NODES_ADDED; i++) {
            long beganNanos = System.nanoTime();
            Victim joining = grid.add();
            joining.start(joining.data(), step.snapshotEvery());
            awaitBalance(grid.nodes().size() + " nodes", beganNanos);
            clients.open(grid.addresses());
        }
        for (int i = 0; i < NODES_ADDED; i++) {
            long beganNanos = System.nanoTime();
            Victim last = grid.nodes().get(grid.nodes().size() - 1);
            last.terminate();
            grid.removeLast();
            clients.open(grid.addresses());
            awaitBalance(grid.nodes().size() + " nodes again", beganNanos);
        }
    }

    /** Waits until all replicas are live and evenly spread, counted from the start, or the stop, of a process. */
    private void awaitBalance(String with, long beganNanos) throws InterruptedException {
        grid.awaitWhole();
        Duration whole = Duration.ofNanos(System.nanoTime() - beganNanos);
        while (grid.imbalancePercent().orElse(100) > IMBALANCE_PERCENT_MAX) {
            clients.require(System.nanoTime() - beganNanos < BALANCED_AT_ALL_WITHIN.toNanos(), "Not balanced");
            Thread.sleep(200);
        }
        Duration balanced = Duration.ofNanos(System.nanoTime() - beganNanos);
        figures.add("%s: all replicas live after %d ms, balanced within %d %% after %d ms"
                .formatted(with, whole.toMillis(), IMBALANCE_PERCENT_MAX, balanced.toMillis()));
        if (balanced.compareTo(BALANCED_WITHIN) > 0) {
            findings.add("placement: " + with + " were balanced after " + balanced + " only");
        }
    }
}
