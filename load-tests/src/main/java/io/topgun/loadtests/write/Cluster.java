package io.topgun.loadtests.write;

import io.topgun.loadtests.Filling;
import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.Rows;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.protocol.Level;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Our nodes: one, or several on loopback addresses of their own. */
final class Cluster implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final int POLL_MS = 200;
    /** Enough that every partition has some. */
    private static final int PROBES = 3_000;

    private final List<NodeProcess> nodes = new ArrayList<>();

    /** Starts so many; returns when all of them are ready and, where there are several, replicas stay and whatever is written reaches two. */
    Cluster(Path directory, int count) throws IOException, InterruptedException {
        int port = Daemon.freePort();
        for (int i = 1; i <= count; i++) {
            nodes.add(NodeProcess.start(
                    directory.resolve("node" + i), List.of(), count == 1 ? List.of() : flags(directory, i, port)));
            nodes.getLast().awaitReady(START_MAX);
        }
        if (count > 1) {
            Settling.await(uris());
            awaitReplicated();
        }
    }

    private static List<String> flags(Path directory, int number, int port) throws IOException {
        String host = "127.0.0." + number;
        Path config = Files.writeString(directory.resolve("node" + number + ".conf"), """
                topgun.http.host = "%s"
                topgun.cluster.host = "%s"
                topgun.cluster.port = %d
                """.formatted(host, host, port));
        List<String> flags = new ArrayList<>(List.of("--config", config.toString()));
        if (number > 1) {
            flags.addAll(List.of("--join", "127.0.0.1:" + port));
        }
        return flags;
    }

    private void awaitReplicated() throws IOException, InterruptedException {
        Rows probes = Rows.of("bench-probes", PROBES);
        long end = System.nanoTime() + START_MAX.toNanos();
        for (URI uri : uris()) {
            while (!takes(uri, probes)) {
                if (System.nanoTime() > end) {
                    throw new IOException("Not every partition is on two nodes after " + START_MAX);
                }
                Thread.sleep(POLL_MS);
            }
        }
    }

    private static boolean takes(URI uri, Rows probes) throws InterruptedException {
        try {
            Filling.write(uri, "prober", Level.REPLICATED, probes.count(), probes::op);
            return true;
        } catch (IOException e) {
            return false; // not all reached two nodes
        }
    }

    /** Addresses of {@code /sync}. */
    List<URI> uris() throws InterruptedException {
        List<URI> uris = new ArrayList<>();
        for (NodeProcess node : nodes) {
            uris.add(node.awaitReady(START_MAX));
        }
        return uris;
    }

    /** Of all nodes. */
    ProcessUsage usage() throws IOException {
        ProcessUsage usage = ProcessUsage.NONE;
        for (NodeProcess node : nodes) {
            usage = usage.plus(ProcessUsage.of(node.pid()));
        }
        return usage;
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
    }
}
