package io.topgun.loadtests.faults;

import io.topgun.loadtests.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A node that is to suffer, in a process that may be another after each fault. One that the cluster downed is started again, as a service manager does. */
final class Victim implements AutoCloseable {
    /** A node that lives for seconds is not worth the better compiler. */
    private static final List<String> QUICK_TO_START =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m");

    /** A node ends with it when the others went on without it. */
    private static final int DOWNED = 3;

    private static final Duration STOP_MAX = Duration.ofSeconds(60);
    /** Below those that the kernel gives to clients, and others for each run. */
    private static final int PORTS_FROM =
            12_000 + (int) (ProcessHandle.current().pid() % 1_000) * 20;

    private final int number;
    private final Path directory;
    private final FakeClock clock;
    private final int httpPort;
    private final int clusterPort;
    private final List<String> join;
    private Optional<NodeProcess> process = Optional.empty();
    private Path disk;
    private int snapshotEvery;
    private boolean mayRun;
    private int downings;

    /** The node of a number from 1 on, that joins these members at its start, or nobody. */
    Victim(Path directory, int number, List<String> join) throws IOException {
        this.number = number;
        this.directory = Files.createDirectories(directory);
        this.clock = new FakeClock(directory);
        this.httpPort = freePort(PORTS_FROM);
        this.clusterPort = freePort(httpPort + 1);
        this.join = List.copyOf(join);
        this.disk = data();
    }

    private int freePort(int from) throws IOException {
        for (int port = from; port < from + 20; port++) {
            try (ServerSocket trial = new ServerSocket(port, 1, InetAddress.getByName(host()))) {
                return trial.getLocalPort();
            } catch (IOException e) {
                // somebody else's
            }
        }
        throw new IOException("No free port at " + host() + " from " + from + " on");
    }

    String host() {
        return "127.0.0." + number;
    }

    int clusterPort() {
        return clusterPort;
    }

    /** For others to join. */
    String seed() {
        return host() + ":" + clusterPort;
    }

    URI sync() {
        return URI.create("ws://" + host() + ":" + httpPort + "/sync");
    }

    URI http(String path) {
        return URI.create("http://" + host() + ":" + httpPort + path);
    }

    FakeClock clock() {
        return clock;
    }

    Path data() {
        return directory.resolve("data");
    }

    Path disk() {
        return directory.resolve("disk");
    }

    /** Starts it on some data; it is not ready yet. */
    void start(Path data, int snapshotsAfter) throws IOException {
        start(data, snapshotsAfter, join);
    }

    /** Starts it to join these members. */
    synchronized void start(Path data, int snapshotsAfter, List<String> members) throws IOException {
        disk = data;
        snapshotEvery = snapshotsAfter;
        mayRun = true;
        launch(members);
    }

    private void launch(List<String> members) throws IOException {
        Path config = directory.resolve("node.conf");
        // Little memory for rows, so that faults fall into flushes too and a full disk is felt soon.
        Files.writeString(config, """
                topgun.http.host = "%s"
                topgun.cluster.host = "%s"
                topgun.cluster.port = %d
                topgun.replica.snapshot-every-events = %d
                topgun.persistence.rocksdb.write-buffer = 256 KiB
                # So that a packet tells whose it is.
                pekko.remote.artery.advanced.tcp.outbound-client-hostname = "%s"
                """.formatted(host(), host(), clusterPort, snapshotEvery, host()));
        List<String> flags = new ArrayList<>(List.of("--config", config.toString(), "--port", "" + httpPort));
        if (!members.isEmpty()) {
            flags.addAll(List.of("--join", String.join(",", members)));
        }
        NodeProcess started = NodeProcess.start(
                disk, QUICK_TO_START, flags, clock.environment(), Optional.of(directory.resolve("node.log")));
        process = Optional.of(started);
        var unused = started.onExit().thenRunAsync(() -> supervise(started));
    }

    private synchronized void supervise(NodeProcess ended) {
        if (mayRun && process() == ended && wasDowned(ended)) {
            downings++;
            try {
                FakeClock.forget(ended.pid());
                launch(join);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static boolean wasDowned(NodeProcess process) {
        return process.exitCode().orElse(0) == DOWNED;
    }

    private NodeProcess process() {
        return process.orElseThrow(() -> new IllegalStateException("Not started"));
    }

    /** How often the others have gone on without it. */
    synchronized int downings() {
        return downings;
    }

    /** Whether it has ended by itself, for good. */
    synchronized boolean hasFailed() {
        return mayRun && !process().isAlive() && !wasDowned(process());
    }

    synchronized boolean isRunning() {
        return mayRun && process().isAlive();
    }

    synchronized long pid() {
        return process().pid();
    }

    synchronized void kill() throws IOException, InterruptedException {
        mayRun = false;
        process().kill();
        FakeClock.forget(pid());
    }

    void terminate() throws IOException, InterruptedException {
        NodeProcess last;
        synchronized (this) {
            mayRun = false;
            last = process();
        }
        if (!last.terminate(STOP_MAX)) {
            throw new IllegalStateException("The node does not stop:\n" + output());
        }
        FakeClock.forget(last.pid());
    }

    /** Halts it for a while, as a machine does that is suspended. */
    void halt(Duration time) throws InterruptedException {
        String halted = Long.toString(pid());
        Tool.run("kill", "-STOP", halted);
        try {
            Thread.sleep(time);
        } finally {
            Tool.run("kill", "-CONT", halted);
        }
    }

    synchronized String output() {
        String end =
                process.map(NodeProcess::exitCode).orElse(OptionalInt.empty()).toString();
        return this + ", ended with " + end + ":\n"
                + process.map(NodeProcess::output).orElse("");
    }

    @Override
    public synchronized void close() throws IOException {
        mayRun = false;
        if (process.isPresent()) {
            process().close();
            FakeClock.forget(pid());
        }
    }

    @Override
    public String toString() {
        return "node " + number;
    }
}
