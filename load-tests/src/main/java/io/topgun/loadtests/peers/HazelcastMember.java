package io.topgun.loadtests.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A Hazelcast member on loopback, alone, without backups. */
public final class HazelcastMember {
    private HazelcastMember() {}

    /** Starts one. */
    public static Daemon start(Path directory, int port) throws IOException {
        Path config = Files.writeString(directory.resolve("hazelcast.yaml"), """
                hazelcast:
                  properties:
                    hazelcast.phone.home.enabled: false
                    hazelcast.socket.bind.any: false
                  network:
                    port:
                      port: %d
                      auto-increment: false
                    interfaces:
                      enabled: true
                      interfaces: [127.0.0.1]
                    join:
                      auto-detection:
                        enabled: false
                      multicast:
                        enabled: false
                  map:
                    default:
                      backup-count: 0
                """.formatted(port));
        return Daemon.start(
                directory,
                Map.of(),
                Daemon.java(
                        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                        "-Dhazelcast.config=" + config,
                        "com.hazelcast.core.server.HazelcastMemberStarter"));
    }
}
