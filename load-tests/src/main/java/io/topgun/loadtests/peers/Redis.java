package io.topgun.loadtests.peers;

import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.bench.MissingPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A Redis server: the one on the path, else Debian's, unpacked beside the build. */
public final class Redis {
    private static final DebianPackages DEBIAN =
            new DebianPackages(NodeProcess.root().resolve("load-tests/target/peers/debian"));

    private Redis() {}

    /** Downloads it where it is needed; done before a run, which may have no network. */
    public static void install() throws IOException, InterruptedException, MissingPeer {
        if (onPath().isEmpty()) {
            DEBIAN.unpack("redis-server", "redis-tools", "libjemalloc2", "liblzf1");
        }
    }

    /** Starts one that syncs each write before it answers, or none that keeps everything in memory. */
    public static Daemon start(Path directory, int port, boolean synced)
            throws IOException, InterruptedException, MissingPeer {
        install();
        List<String> command = List.of(
                onPath().orElseGet(() -> DEBIAN.program("redis-server")).toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                synced ? "yes" : "no",
                "--appendfsync",
                "always",
                "--client-output-buffer-limit",
                "pubsub 0 0 0");
        Map<String, String> environment =
                onPath().isPresent() ? Map.of() : Map.of("LD_LIBRARY_PATH", DEBIAN.libraries());
        return Daemon.start(directory, environment, command);
    }

    private static Optional<Path> onPath() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
