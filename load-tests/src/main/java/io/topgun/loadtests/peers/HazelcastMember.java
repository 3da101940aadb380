package io.topgun.loadtests.peers;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.core.HazelcastInstance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Hazelcast members on loopback, known to their clients and to one another. */
public final class HazelcastMember {
    private HazelcastMember() {}

    /** Starts one that is alone, without backups. */
    public static Daemon start(Path directory, int port) throws IOException {
        return start(directory, port, List.of(port), 0);
    }

    /** Starts one of those at some ports, with so many synced backups of each entry. */
    public static Daemon start(Path directory, int port, List<Integer> members, int backups) throws IOException {
        String addresses = members.stream().map(member -> "127.0.0.1:" + member).collect(Collectors.joining(", "));
        Path config = Files.writeString(
                directory.resolve("hazelcast.yaml"), """
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
                      tcp-ip:
                        enabled: %b
                        member-list: [%s]
                  map:
                    default:
                      backup-count: %d
                """.formatted(port, members.size() > 1, addresses, backups));
        return Daemon.start(
                directory,
                Map.of(),
                Daemon.java(
                        "-Djava.util.concurrent.ForkJoinPool.common.parallelism=2",
                        "-Dhazelcast.config=" + config,
                        "com.hazelcast.core.server.HazelcastMemberStarter"));
    }

    /** A client of the one at a port. */
    public static HazelcastInstance connect(int port) {
        ClientConfig config = new ClientConfig();
        config.getNetworkConfig().addAddress("127.0.0.1:" + port);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "none");
        return HazelcastClient.newHazelcastClient(config);
    }
}
