package io.topgun.loadtests.clients;

import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.peers.Daemon;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server that clients get rows from. */
interface RowServer extends AutoCloseable {
    Duration START_MAX = Duration.ofMinutes(1);

    String url();

    /** The command that runs a client's script where it reaches the server. */
    default List<String> clientCommand() {
        return List.of("node");
    }

    ProcessUsage usage() throws IOException;

    @Override
    void close();

    /** One node of ours, filled by a client. */
    static RowServer topgun(Path directory, int rows) throws IOException, InterruptedException, MissingPeer {
        ClientScripts.installOurs();
        return filled("topgun", node(directory, List.of()), rows);
    }

    /** One node of ours with flags and without rows. */
    static RowServer node(Path directory, List<String> flags) throws IOException, InterruptedException {
        NodeProcess node = NodeProcess.start(directory.resolve("data"), List.of(), flags);
        return new OfNode(node, node.awaitReady(START_MAX).toString());
    }

    /** The server of Yjs, filled by a client. */
    static RowServer yjs(Path directory, int rows) throws IOException, InterruptedException, MissingPeer {
        ClientScripts.install();
        int port = Daemon.freePort();
        Map<String, String> environment = Map.of("HOST", "127.0.0.1", "PORT", Integer.toString(port));
        String script = ClientScripts.file("node_modules/@y/websocket-server/src/server.js")
                .toString();
        return filled("y-websocket", started(directory, environment, List.of("node", script), port), rows);
    }

    /** An RxDB that has the rows and serves them. */
    static RowServer rxdb(Path directory, int rows) throws IOException, InterruptedException, MissingPeer {
        ClientScripts.install();
        int port = Daemon.freePort();
        String script = ClientScripts.file("rxdb-server.mjs").toString();
        List<String> command = List.of("node", script, Integer.toString(rows), Integer.toString(port));
        return started(directory, Map.of(), command, port);
    }

    private static RowServer started(Path directory, Map<String, String> environment, List<String> command, int port)
            throws IOException, InterruptedException {
        Daemon daemon = Daemon.start(directory, environment, command);
        daemon.await(port);
        return new OfDaemon(daemon, "ws://127.0.0.1:" + port);
    }

    private static RowServer filled(String who, RowServer server, int rows) throws IOException, InterruptedException {
        try {
            ClientScripts.run("cold-sync.mjs", "fill", who, server.url(), Integer.toString(rows));
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** A node of ours. */
    record OfNode(NodeProcess node, String url) implements RowServer {
        @Override
        public ProcessUsage usage() throws IOException {
            return ProcessUsage.of(node.pid());
        }

        @Override
        public void close() {
            node.close();
        }
    }

    /** A peer. */
    record OfDaemon(Daemon daemon, String url) implements RowServer {
        @Override
        public ProcessUsage usage() throws IOException {
            return daemon.usage();
        }

        @Override
        public void close() {
            daemon.close();
        }
    }
}
