package io.topgun.node.commands;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterCommandTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    @Test
    void shouldLetTheFirstNodeBeginAndTheOthersJoinWhoeverIsThere() {
        ClusterOptions options = ClusterOptions.parse(List.of("3", "--data", "d", "--config", "c"));
        assertEquals(
                List.of(
                        "start",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "8080",
                        "--cluster-port",
                        "7270",
                        "--data",
                        "d/1",
                        "--config",
                        "c"),
                options.startArguments(1));
        List<String> second = options.startArguments(2);
        assertEquals(
                List.of("--join", "127.0.0.1:7270,127.0.0.3:7270"), second.subList(second.size() - 2, second.size()));
        assertEquals("http://127.0.0.2:8080", options.url(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "10", "three", "3 --data", "3 --speed 9", "3 --port many"})
    void shouldRefuseWhatItDoesNotUnderstand(String line) {
        List<String> args = List.of(line.split(" ", -1));
        assertThrows(IllegalArgumentException.class, () -> ClusterOptions.parse(args));
    }

    private LocalNode node(String script) throws IOException {
        return new LocalNode("http://127.0.0.1:1", dir.resolve("1"), List.of("sh", "-c", script));
    }

    @Test
    void shouldStartAgainANodeThatTheClusterWentOnWithout() throws Exception {
        Path flag = dir.resolve("flag");
        LocalNode node = node("if [ -e '" + flag + "' ]; then exec sleep 60; else touch '" + flag + "'; exit 3; fi");
        await().atMost(PATIENCE).until(() -> !node.isAlive());
        node.keepUp();
        assertTrue(Files.exists(flag) && node.isAlive());
        node.terminate();
        node.awaitEnd(PATIENCE);
        assertFalse(node.isAlive());
    }

    @Test
    void shouldLeaveANodeThatEndedOtherwiseAndTellItsLastWords() throws Exception {
        LocalNode node = node("echo first; echo 'Cannot listen'; exit 2");
        await().atMost(PATIENCE).until(() -> !node.isAlive());
        node.keepUp();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertEquals("ended with 2: Cannot listen", node.state(http));
        }
    }

    @Test
    void shouldKillANodeThatDoesNotStop() throws Exception {
        Path flag = dir.resolve("flag");
        LocalNode node = node("trap '' TERM; touch '" + flag + "'; while true; do sleep 1; done");
        await().atMost(PATIENCE).until(() -> Files.exists(flag));
        node.terminate();
        node.awaitEnd(Duration.ofMillis(300));
        assertFalse(node.isAlive());
    }
}
