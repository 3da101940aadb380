package io.topgun.loadtests.peers;

import io.topgun.loadtests.bench.MissingPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** TopGun's server 2.2.0, as npm has it. */
public final class OldTopGun {
    private static final String PACKAGE = "@topgunbuild/server-linux-x64";

    private OldTopGun() {}

    /** Starts one on loopback, with its embedded store or with none. */
    public static Daemon start(Path directory, int port, boolean durable) throws IOException, MissingPeer {
        Path program = directory.resolve("topgun-server");
        Files.copy(NodePackages.file(PACKAGE, "bin/topgun-server"), program);
        if (!program.toFile().setExecutable(true)) { // npm has it without that
            throw new MissingPeer("cannot be made executable: " + program);
        }
        Map<String, String> environment = new HashMap<>(Map.of(
                "TOPGUN_NO_AUTH", "1",
                "TOPGUN_BIND_ADDR", "127.0.0.1",
                "PORT", Integer.toString(port),
                "TOPGUN_REDB_PATH", directory.resolve("redb").toString(),
                "RUST_LOG", "warn"));
        // Else it refuses what comes while 10,000 keys wait to be stored.
        environment.put("TOPGUN_WRITEBEHIND_CAPACITY", "0");
        if (!durable) {
            environment.put("STORAGE_BACKEND", "null");
        }
        return Daemon.start(directory, environment, List.of(program.toString()));
    }
}
