package io.topgun.node.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import io.topgun.protocol.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeSettingsTest {
    @TempDir
    private Path dir;

    private NodeSettings load(String file) throws IOException {
        return NodeSettings.load(Optional.of(Files.writeString(dir.resolve("node.conf"), file)), Map.of());
    }

    private String refusal(String file) {
        String message = String.valueOf(
                assertThrows(SettingsException.class, () -> load(file)).getMessage());
        assertEquals(1, message.lines().count(), "one line for the operator: " + message);
        return message;
    }

    @Test
    void shouldTellTheProtocolsDefaults() {
        assertEquals(
                Limits.defaults(), NodeSettings.load(Optional.empty(), Map.of()).limits());
    }

    @Test
    void shouldLetTheFileOverrideTheReferenceAndTheCommandLineTheFile() throws IOException {
        Path file = Files.writeString(dir.resolve("a.conf"), "topgun.http { port = 1, page-dir = pages }");
        NodeSettings settings = NodeSettings.load(Optional.of(file), Map.of("topgun.http.port", "2"));
        assertEquals(2, settings.httpPort());
        assertEquals(Optional.of(Path.of("pages")), settings.pageDir());
    }

    @ParameterizedTest
    @CsvSource({
        "topgun.http.prot = 1, topgun.http.port",
        "topgun.limits.key-byte-max = 5, topgun.limits.key-bytes-max",
        "topgun.data_dir = x, topgun.data-dir",
        "http.port = 1, topgun.http.port",
        "topgun.session.hello = 1s, topgun.session.hello-timeout",
    })
    void shouldNameTheNearestKeyWhenOneIsUnknown(String line, String nearest) {
        String message = refusal(line);
        assertTrue(message.contains(nearest), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topgun.http.port = many",
                "topgun.http.port = 65536",
                "topgun.http.port = -1",
                "topgun.http.connections-max = 0",
                "topgun.limits.frame-bytes-max = 0",
                "topgun.limits.frame-bytes-max = 2 GiB",
                "topgun.limits.depth-max = 0",
                "topgun.limits.depth-max = 257",
                "topgun.limits.clock-ahead-max = soon",
                "topgun.limits.clock-ahead-max = 0s",
                "topgun.limits.clock-ahead-max = 60 days",
                "topgun.auth.tokens = secret",
                "topgun.http = 8080",
                "topgun { http",
            })
    void shouldRefuseAValueThatIsWrong(String line) {
        refusal(line);
    }

    @Test
    void shouldRefuseAFileThatIsNotThere() {
        Path missing = dir.resolve("missing.conf");
        String message = assertThrows(SettingsException.class, () -> NodeSettings.load(Optional.of(missing), Map.of()))
                .getMessage();
        assertTrue(message != null && message.contains("missing.conf"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "\"::\"", "192.0.2.1"})
    void shouldRefuseAnOpenDoorWithoutTokens(String host) throws IOException {
        assertTrue(refusal("topgun.http.host = " + host).contains("topgun.auth.tokens"));
        String withTokens = "topgun { http.host = " + host + ", auth.tokens = [a-long-secret] }";
        assertEquals(1, load(withTokens).tokens().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "\"::1\"", "127.1.2.3"})
    void shouldListenOnLoopbackWithoutTokens(String host) throws IOException {
        assertEquals(host.replace("\"", ""), load("topgun.http.host = " + host).httpHost());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"\"]", "[a-long-secret, short]", "[\"              \"]"})
    void shouldRefuseATokenThatIsBlankOrShort(String tokens) {
        String message = refusal("topgun.auth.tokens = " + tokens);
        assertTrue(message.contains("topgun.auth.tokens") && !message.contains("short"), message);
    }

    @Test
    void shouldKeepTheClusterOnLoopback() {
        assertTrue(refusal("topgun { cluster.host = 0.0.0.0, auth.tokens = [a-long-secret] }")
                .contains("topgun.cluster.host"));
    }

    @Test
    void shouldTakeKeysOfPekko() throws IOException {
        assertEquals(
                "1s", load("pekko.cluster.gossip-interval = 1s").config().getString("pekko.cluster.gossip-interval"));
    }

    /** A key that nothing reads would be a promise to operators that nobody keeps. */
    @Test
    void shouldHaveNoKeyThatNothingReads() throws IOException {
        String conf = Files.readString(Path.of("src/main/resources/topgun.conf"));
        StringBuilder sources = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sources.append(Files.readString(file));
            }
        }
        Config topgun = ConfigFactory.parseString(conf).getConfig("topgun").withoutPath("persistence");
        for (Map.Entry<String, ConfigValue> entry : topgun.entrySet()) {
            String path = entry.getKey();
            String name = path.substring(path.lastIndexOf('.') + 1);
            assertTrue(
                    sources.indexOf("\"" + name + "\"") >= 0
                            || sources.indexOf("\"topgun." + path + "\"") >= 0
                            || sources.indexOf("." + name + "\"") >= 0
                            || conf.contains("${topgun." + path + "}"),
                    "nothing reads topgun." + path);
        }
    }

    @Test
    void shouldMeasureEditsBetweenKeys() {
        assertEquals(0, KnownKeys.distance("port", "port"));
        assertEquals(2, KnownKeys.distance("prot", "port"));
        assertEquals(4, KnownKeys.distance("", "port"));
    }
}
