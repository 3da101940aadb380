package io.topgun.node;

import static io.topgun.node.BadInput.WRITER;
import static io.topgun.node.BadInput.cbor;
import static io.topgun.node.BadInput.utf8;
import static io.topgun.node.BesiegedNode.FRAME_BYTES_MAX;
import static io.topgun.node.BesiegedNode.assertClosed;
import static io.topgun.node.BesiegedNode.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections, WebSocket frames and HTTP requests that nobody should make: each gets its close code or status. */
@Timeout(60)
class BadFramesIT {
    @RegisterExtension
    static final BesiegedNode NODE = new BesiegedNode();

    @Test
    void shouldCloseWhenNoHelloComes() throws Exception {
        try (RawPeer peer = new RawPeer(NODE.port())) {
            assertClosed(4408, ErrorCode.HELLO_TIMEOUT, peer);
        }
    }

    static Stream<Message> anythingButHello() {
        return Stream.of(
                new Message.Ping(1),
                new Message.Subscribe(1, List.of("m"), Map.of()),
                new Message.Ops(Level.PERSISTED, List.of(), List.of()));
    }

    @ParameterizedTest
    @MethodSource("anythingButHello")
    void shouldCloseWhenAnythingComesBeforeHello(Message message) throws Exception {
        try (RawPeer peer = new RawPeer(NODE.port())) {
            peer.send(message);
            assertClosed(4409, ErrorCode.UNEXPECTED, peer);
        }
    }

    @Test
    void shouldCloseWhenHelloComesTwice() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.send(RawPeer.hello(WRITER));
            assertClosed(4409, ErrorCode.UNEXPECTED, peer);
        }
    }

    @Test
    void shouldCloseWhenAClientSendsWhatIsTheServersToSend() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.send(new Message.Synced(1));
            assertClosed(4409, ErrorCode.UNEXPECTED, peer);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, MessageCodec.VERSION - 1, MessageCodec.VERSION + 1, 1 << 30})
    void shouldCloseWhenThereIsNoCommonVersion(int version) throws Exception {
        try (RawPeer peer = new RawPeer(NODE.port())) {
            peer.send(new Message.Hello(version, version, WRITER, Optional.empty(), 0, "test"));
            assertClosed(4406, ErrorCode.VERSION, peer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "UPPER", "with space", "é", "123456789012345678901234567890123"})
    void shouldCloseWhenTheWriterOfHelloIsNone(String writer) throws Exception {
        byte[] hello = cbor(out -> out.array(7)
                .integer(1)
                .integer(MessageCodec.VERSION)
                .integer(MessageCodec.VERSION)
                .text(writer)
                .nothing()
                .integer(0)
                .text("test"));
        try (RawPeer peer = new RawPeer(NODE.port())) {
            peer.send(hello);
            assertClosed(4400, ErrorCode.MALFORMED, peer);
        }
    }

    @Test
    void shouldAskForATokenWhereOneIsConfigured(@TempDir Path guardedDir) throws Exception {
        String settings = "topgun.auth.tokens = [the-right-token, another-right-one]";
        try (NodeProcess guarded = NodeProcess.start(guardedDir, settings)) {
            for (Optional<String> token : List.of(Optional.<String>empty(), Optional.of("wrong"), Optional.of(""))) {
                try (RawPeer peer = new RawPeer(guarded.port())) {
                    peer.send(Message.Hello.of(WRITER, token, 0, "test"));
                    assertClosed(4401, ErrorCode.UNAUTHENTICATED, peer);
                }
            }
            try (RawPeer peer = new RawPeer(guarded.port())) {
                peer.send(Message.Hello.of(WRITER, Optional.of("another-right-one"), 0, "test"));
                peer.expect(Message.Welcome.class);
            }
        }
    }

    @Test
    void shouldCloseOnText() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.frame(RawPeer.FIN | RawPeer.TEXT, utf8("{}"));
            assertEquals(List.of(), peer.untilClosed());
            assertEquals(1003, peer.closeCode());
        }
    }

    @Test
    void shouldTakeAFrameOfTheLimitAndCloseOnOneMoreByte() throws Exception {
        byte[] unknown = cbor(out -> out.array(2).integer(99).bytes(new byte[FRAME_BYTES_MAX - 8]));
        assertEquals(FRAME_BYTES_MAX, unknown.length);
        try (RawPeer peer = NODE.greeted()) {
            peer.send(unknown);
            assertError(ErrorCode.UNKNOWN_TYPE, peer);
            assertTooBig(peer, () -> peer.send(Arrays.copyOf(unknown, FRAME_BYTES_MAX + 1)));
        }
    }

    @Test
    void shouldCloseOnAMessageOverTheLimitInFragments() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            assertTooBig(peer, () -> {
                peer.frame(RawPeer.BINARY, new byte[FRAME_BYTES_MAX / 2]);
                for (int i = 0; i < 20; i++) {
                    peer.frame(0, new byte[FRAME_BYTES_MAX / 10]);
                }
            });
        }
    }

    private interface Sending {
        void run() throws IOException;
    }

    private static void assertTooBig(RawPeer peer, Sending sending) throws IOException {
        sending.run();
        assertEquals(List.of(), peer.untilClosed());
        assertEquals(1009, peer.closeCode());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x83, 0xc2, 0x92, 0x8b, 0x09, 0x00})
    void shouldCloseOnFramesThatBreakRfc6455(int head) throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.frame(head, new byte[] {1});
            assertEquals(List.of(), peer.untilClosed());
            assertEquals(1002, peer.closeCode());
        }
    }

    /** RFC 6455, 7.1.1: the server ends the connection first, and the client waits for that. */
    @Test
    void shouldEndTheConnectionOnceBothHaveSaidClose() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            long before = System.nanoTime();
            peer.frame(RawPeer.FIN | RawPeer.CLOSE, new byte[] {0x03, (byte) 0xe8});
            assertFalse(peer.next().isPresent());
            assertEquals(1000, peer.closeCode());
            assertTrue(peer.isAtItsEnd());
            assertTrue(System.nanoTime() - before < 2_500_000_000L, "without the time-out of 3 s");
        }
    }

    @Test
    void shouldSayThatSyncIsAWebSocket() throws Exception {
        assertEquals(426, NODE.get("/sync").statusCode());
    }

    @Test
    void shouldRefuseAForeignPage() throws Exception {
        IOException refused = assertThrows(
                IOException.class, () -> new RawPeer(NODE.port(), "Origin: https://evil.example\r\n").close());
        assertTrue(String.valueOf(refused.getMessage()).startsWith("HTTP/1.1 403"), refused.getMessage());
        new RawPeer(NODE.port(), "Origin: http://127.0.0.1:" + NODE.port() + "\r\n").close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt", "//../secret.txt",
                "/x/../../secret.txt", "/..\\secret.txt", "/..%5csecret.txt", "/%00", "/index.html%00.txt"
            })
    void shouldServeNothingOutsideThePage(String path) throws Exception {
        String answer = http("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertFalse(answer.contains("the secret"), answer);
        assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
    }

    @Test
    void shouldServeThePage() throws Exception {
        assertEquals("<p>the page", NODE.get("/").body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u0000\u0001\u0002", "GET", "GET / HTTP/9.9\r\n\r\n", "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n"})
    void shouldSurviveWhatIsNoHttp(String request) throws Exception {
        http(request);
        assertEquals(200, NODE.get("/health/ready").statusCode());
    }

    private String http(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), NODE.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
