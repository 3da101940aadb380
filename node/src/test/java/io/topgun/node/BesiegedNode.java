package io.topgun.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Message;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real node that is sent what nobody should send, while a well-behaved client writes through all of it. At the end that client must have
 * lost nothing and the node must have thrown nothing.
 */
final class BesiegedNode implements BeforeAllCallback, AfterAllCallback {
    static final int FRAME_BYTES_MAX = 1 << 20;
    private static final String SETTINGS = """
            topgun.session { hello-timeout = 1s, idle-timeout = 120s }
            topgun.limits { ops-per-frame-max = 1000, subscriptions-max = 5, maps-per-subscribe-max = 10 }
            """;

    @SuppressWarnings("NullAway.Init")
    private Path dir;

    @SuppressWarnings("NullAway.Init")
    private NodeProcess node;

    @SuppressWarnings("NullAway.Init")
    private SteadyWriter steady;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        dir = Files.createTempDirectory("topgun-besieged");
        Path page = Files.createDirectories(dir.resolve("page"));
        Files.writeString(page.resolve("index.html"), "<p>the page");
        Files.writeString(dir.resolve("secret.txt"), "the secret");
        node = NodeProcess.start(dir.resolve("data"), SETTINGS + "topgun.http.page-dir = \"" + page + "\"", "-Xmx256m");
        steady = new SteadyWriter(node.sync(), "steady");
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        try (NodeProcess ended = node;
                SteadyWriter writer = steady) {
            int before = writer.acknowledgedCount();
            await().atMost(Duration.ofSeconds(10)).until(() -> writer.acknowledgedCount() > before + 100);
            writer.stop();
            assertEquals(List.of(), writer.troubles());
            assertEquals(-1, writer.closeCode());
            assertEquals(List.of(), writer.lost(ended.port()));
            await().atMost(Duration.ofSeconds(10)).until(() -> ended.metric("topgun_sessions") == 1);
            assertEquals(271, ended.metric("topgun_replicas_live"));
            assertFalse(ended.output().contains("\tat "), ended.output());
            assertFalse(ended.output().contains("Exception"), ended.output());
        }
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    int port() {
        return node.port();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return node.get(path);
    }

    RawPeer greeted() throws IOException {
        return RawPeer.greeted(node.port(), BadInput.WRITER);
    }

    /** The connection goes on: whatever was wrong concerned one message or operation. */
    static void assertGoesOn(RawPeer peer) throws IOException {
        peer.send(new Message.Ping(77));
        assertEquals(77, peer.expect(Message.Pong.class).id());
    }

    static void assertClosed(int closeCode, ErrorCode code, RawPeer peer) throws IOException {
        List<Message> last = peer.untilClosed();
        assertEquals(closeCode, peer.closeCode(), last.toString());
        assertEquals(code, ((Message.Error) last.getLast()).code());
    }

    static void assertError(ErrorCode code, RawPeer peer) throws IOException {
        assertEquals(code, peer.expect(Message.Error.class).code());
        assertGoesOn(peer);
    }

    static void awaitSynced(RawPeer peer, long subId) throws IOException {
        Message message = peer.next().orElseThrow();
        while (!(message instanceof Message.Synced synced && synced.subId() == subId)) {
            message = peer.next().orElseThrow();
        }
    }
}
