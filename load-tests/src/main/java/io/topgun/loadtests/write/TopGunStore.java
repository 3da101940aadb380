package io.topgun.loadtests.write;

import io.topgun.loadtests.Observation;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.Sockets;
import io.topgun.protocol.Level;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Our nodes in their own processes, through WebSockets, at one level of acknowledgement. */
final class TopGunStore implements Store {
    private static final Duration EQUAL_MAX = Duration.ofSeconds(30);
    private static final int POLL_MS = 100;

    private final Cluster cluster;
    private final Sockets sockets;
    private final Expected expected = new Expected();
    private final List<Link> links = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();

    /** Starts nodes and opens so many sockets to them in turn, which at least {@value WriteLoad#CONNECTIONS} connections share evenly. */
    TopGunStore(Path directory, Level level, int socketCount, int nodes) throws IOException, InterruptedException {
        cluster = new Cluster(directory, nodes);
        sockets = new Sockets("topgun-writers");
        for (int i = 0; i < socketCount; i++) {
            OpsSocket socket = OpsSocket.open(sockets, cluster.uris().get(i % nodes), "w" + i, level, expected);
            links.add(socket.link());
            for (int j = i; j < Math.max(socketCount, WriteLoad.CONNECTIONS); j += socketCount) {
                Batches batches = new Batches("w" + j, j);
                connections.add(ops -> socket.write(batches, ops));
            }
        }
    }

    @Override
    public List<Connection> connections() {
        return connections;
    }

    @Override
    public ProcessUsage usage() throws IOException {
        return cluster.usage();
    }

    @Override
    public long wireBytes() {
        return links.stream().mapToLong(Link::bytes).sum();
    }

    @Override
    public String prove() throws IOException, InterruptedException {
        int entries = 0;
        for (URI uri : cluster.uris()) {
            entries = prove(uri);
        }
        return "at each of " + cluster.uris().size() + " nodes " + entries
                + " entries equal to the merge of all acknowledged writes, digests equal";
    }

    /** A node's own replica may have the last of what two others have a moment later. */
    private int prove(URI uri) throws IOException, InterruptedException {
        long end = System.nanoTime() + EQUAL_MAX.toNanos();
        while (true) {
            Observation observed = Observation.of(uri, Batches.MAPS);
            try {
                expected.prove(observed);
                return observed.entries().size();
            } catch (IllegalStateException e) {
                if (cluster.uris().size() == 1 || System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(POLL_MS);
            }
        }
    }

    @Override
    public void close() throws IOException {
        links.forEach(Link::close);
        cluster.close();
        sockets.close();
    }
}
