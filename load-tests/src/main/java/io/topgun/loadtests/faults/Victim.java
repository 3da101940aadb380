package io.topgun.loadtests.faults;

import io.topgun.loadtests.NodeProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A node that is to suffer, in a process that may be another after each fault. */
final class Victim implements AutoCloseable {
    /** A node that lives for seconds is not worth the better compiler. */
    private static final List<String> QUICK_TO_START =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m");

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration STOP_MAX = Duration.ofSeconds(30);

    private final Path directory;
    private final FakeClock clock;
    private Optional<NodeProcess> process = Optional.empty();

    Victim(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.clock = new FakeClock(directory);
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
    void start(Path data, int snapshotEvery) throws IOException {
        Path config = directory.resolve("node.conf");
        // Little memory for rows, so that faults fall into flushes too and a full disk is felt soon.
        Files.writeString(config, """
                topgun.replica.snapshot-every-events = %d
                topgun.persistence.rocksdb.write-buffer = 256 KiB
                """.formatted(snapshotEvery));
        process = Optional.of(
                NodeProcess.start(data, QUICK_TO_START, List.of("--config", config.toString()), clock.environment()));
    }

    private NodeProcess process() {
        return process.orElseThrow(() -> new IllegalStateException("Not started"));
    }

    /** Waits until it is ready; returns the address of {@code /sync}. */
    URI awaitReady() throws InterruptedException {
        return process().awaitReady(START_MAX);
    }

    long pid() {
        return process().pid();
    }

    void kill() throws IOException, InterruptedException {
        process().kill();
        FakeClock.forget(pid());
    }

    void terminate() throws IOException, InterruptedException {
        if (!process().terminate(STOP_MAX)) {
            throw new IllegalStateException("The node does not stop:\n" + output());
        }
        FakeClock.forget(pid());
    }

    /** Halts it for a while, as a machine does that is suspended. */
    void halt(Duration time) throws InterruptedException {
        Tool.run("kill", "-STOP", Long.toString(pid()));
        try {
            Thread.sleep(time);
        } finally {
            Tool.run("kill", "-CONT", Long.toString(pid()));
        }
    }

    String output() {
        return process.map(NodeProcess::output).orElse("");
    }

    @Override
    public void close() throws IOException {
        if (process.isPresent()) {
            process().close();
            FakeClock.forget(pid());
        }
    }
}
