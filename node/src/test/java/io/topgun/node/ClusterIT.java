package io.topgun.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes that are a cluster: some are killed, stopped, or not wanted. */
@Timeout(300)
class ClusterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String SMALL = "-Xmx256m";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path dir;

    private NodeProcess start(String name, String settings) throws IOException {
        return NodeProcess.start(dir.resolve(name), settings, SMALL);
    }

    private NodeProcess join(String name, NodeProcess first) throws IOException {
        return start(name, "topgun.cluster.seeds = [\"" + first.joinAddress() + "\"]");
    }

    private static void awaitLive(int replicas, NodeProcess... nodes) {
        String wanted = "All 271 partitions have " + replicas + " live replicas.";
        for (NodeProcess node : nodes) {
            node.port();
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertTrue(node.get("/status").body().contains(wanted), () -> node.output()));
        }
    }

    @Test
    void shouldHaveThreeReplicasOfEverythingAgainWhenAKilledNodeIsBack() throws Exception {
        try (NodeProcess first = start("1", "");
                NodeProcess second = join("2", first);
                NodeProcess third = join("3", first)) {
            awaitLive(3, first, second, third);
            try (SteadyWriter writer = new SteadyWriter(first.sync(), "steady")) {
                await().atMost(PATIENCE).until(() -> writer.acknowledgedCount() > 200);
                third.kill();
                awaitLive(2, first, second);
                int before = writer.acknowledgedCount();
                await().atMost(PATIENCE).until(() -> writer.acknowledgedCount() > before + 200);
                try (NodeProcess again = join("3", first)) {
                    awaitLive(3, first, second, again);
                    assertEquals(200, again.get("/health/ready").statusCode());
                    writer.stop();
                    await().atMost(PATIENCE).untilAsserted(() -> assertEquals(List.of(), writer.lost(again.port())));
                    second.terminate();
                    assertEquals(128 + 15, second.exitCode(40), second.output());
                    awaitLive(2, first, again);
                }
            }
        }
    }

    @Test
    void shouldSayThatTheClusterPortIsTaken() throws Exception {
        try (NodeProcess first = start("1", "")) {
            String port = first.joinAddress().replaceFirst(".*:", "");
            try (NodeProcess second = start("2", "topgun.cluster.port = " + port)) {
                assertEquals(2, second.exitCode(30), second.output());
                assertTrue(
                        second.output().startsWith("Cannot use 127.0.0.1:" + port + " for the cluster"),
                        second.output());
                assertEquals(1, second.output().lines().count(), second.output());
            }
        }
    }
}
