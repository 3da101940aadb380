package io.topgun.loadtests.write;

import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.Observation;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.Sockets;
import io.topgun.protocol.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Our node in its own process, through WebSockets, at one level of acknowledgement. */
final class TopGunStore implements Store {
    private static final Duration START_MAX = Duration.ofMinutes(1);

    private final NodeProcess node;
    private final Sockets sockets;
    private final Expected expected = new Expected();
    private final List<Link> links = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();

    /** Starts a node and opens so many sockets, which the connections share evenly. */
    TopGunStore(Path directory, Level level, int socketCount) throws IOException, InterruptedException {
        node = NodeProcess.start(directory, List.of(), List.of());
        sockets = new Sockets("topgun-writers");
        for (int i = 0; i < socketCount; i++) {
            OpsSocket socket = OpsSocket.open(sockets, node.awaitReady(START_MAX), "w" + i, level, expected);
            links.add(socket.link());
            for (int j = i; j < WriteLoad.CONNECTIONS; j += socketCount) {
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
        return ProcessUsage.of(node.pid());
    }

    @Override
    public long wireBytes() {
        return links.stream().mapToLong(Link::bytes).sum();
    }

    @Override
    public String prove() throws IOException, InterruptedException {
        Observation observed = Observation.of(node.awaitReady(START_MAX), Batches.MAPS);
        expected.prove(observed);
        return observed.entries().size() + " entries equal to the merge of all acknowledged writes, "
                + observed.digests().size() + " digests equal";
    }

    @Override
    public void close() throws IOException {
        links.forEach(Link::close);
        node.close();
        sockets.close();
    }
}
