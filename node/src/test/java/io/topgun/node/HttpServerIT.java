package io.topgun.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The node's port as HTTP/1.1 and the rules of its connections, over a real socket. */
@Timeout(60)
class HttpServerIT {
    private static final int CONNECTIONS_MAX = 4;
    private static final byte[] LARGE = new byte[32 << 20];
    /** More than the kernel holds of both directions. */
    private static final int UNREAD_BYTES_MAX = 16 << 20;

    private static final byte[] PAGE = "a page\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static NodeProcess node;

    @BeforeAll
    static void start() throws IOException {
        new Random(7).nextBytes(LARGE);
        Path page = dir.resolve("page");
        Files.createDirectories(page.resolve("assets"));
        Files.write(page.resolve("assets/large.bin"), LARGE);
        Files.write(page.resolve("page.txt"), PAGE);
        node = NodeProcess.start(
                dir.resolve("data"),
                "topgun.session { idle-timeout = 2s, inflight-ops-max = 1 }\ntopgun.http { connections-max = "
                        + CONNECTIONS_MAX + ", page-dir = \"" + page + "\" }",
                "-Xmx192m");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended behind " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static byte[] body(String head, InputStream in) throws IOException {
        Matcher length = LENGTH.matcher(head);
        assertTrue(length.find(), head);
        return new DataInputStream(in).readNBytes(Integer.parseInt(length.group(1)));
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }

    @Test
    void shouldAnswerRequestsThatCameTogetherInTheirOrder() throws Exception {
        try (Socket socket = connect()) {
            InputStream in = socket.getInputStream();
            send(socket, get("/health/live") + get("/nowhere") + get("/sync") + get("/health/ready"));
            String first = head(in);
            assertTrue(first.startsWith("HTTP/1.1 200"), first);
            assertEquals("live\n", new String(body(first, in), StandardCharsets.UTF_8));
            for (String status : List.of("404", "426", "200")) {
                String next = head(in);
                assertTrue(next.startsWith("HTTP/1.1 " + status), next);
                body(next, in);
            }
        }
    }

    @Test
    void shouldAnswerAPeerThatSendsNothingMore() throws Exception {
        try (Socket socket = connect()) {
            send(socket, get("/health/live"));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.endsWith("live\n"), answer);
        }
    }

    @Test
    void shouldCloseWhereTheRequestSaysSo() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "GET /health/live HTTP/1.0\r\n\r\n");
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.endsWith("live\n"), answer);
        }
    }

    @Test
    void shouldSendNoBodyForHead() throws Exception {
        try (Socket socket = connect()) {
            InputStream in = socket.getInputStream();
            send(socket, "HEAD /health/live HTTP/1.1\r\nHost: x\r\n\r\n" + get("/health/live"));
            assertTrue(head(in).startsWith("HTTP/1.1 405"));
            assertTrue(head(in).startsWith("HTTP/1.1 200"), "right behind the other head");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, 'GET no-address HTTP/1.1'",
        "400, 'GET /%zz HTTP/1.1'",
        "400, 'GET * HTTP/1.1'",
        "505, 'GET / HTTP/9.9'",
        "501, 'BREW /pot HTTP/1.1'",
        "405, 'DELETE /health/live HTTP/1.1'",
        "400, 'GET /health/live HTTP/1.1\r\nHost: y'",
        "426, 'GET /sync HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket, other\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x'",
        "426, 'GET /sync HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x'",
    })
    void shouldRefuseARequestWithItsStatus(int status, String line) throws Exception {
        assertRefused(status, line + "\r\nHost: x\r\n\r\n");
    }

    @Test
    void shouldRefuseRequestsThatAreTooLong() throws Exception {
        assertRefused(414, get("/" + "x".repeat(1 << 16)));
        assertRefused(431, "GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(1 << 16) + "\r\n\r\n");
        assertRefused(413, "POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
    }

    private static void assertRefused(int status, String request) throws IOException {
        try (Socket socket = connect()) {
            send(socket, request);
            String head = head(socket.getInputStream());
            assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
        }
    }

    @Test
    void shouldRefuseAnotherVersionOfWebSocket() throws Exception {
        String upgrade = """
                GET /sync HTTP/1.1
                Host: x
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Version: 8
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

                """;
        try (Socket socket = connect()) {
            send(socket, upgrade.replace("\n", "\r\n"));
            String head = head(socket.getInputStream());
            assertTrue(head.startsWith("HTTP/1.1 426"), head);
            assertTrue(head.toLowerCase(java.util.Locale.ROOT).contains("sec-websocket-version: 13"), head);
        }
    }

    /** Half of the node's heap in one file that nobody reads for a while, several times at once. */
    @Test
    void shouldSendALargeFileAsItIsRead() throws Exception {
        try (Socket one = connect();
                Socket other = connect();
                Socket third = connect()) {
            for (Socket socket : List.of(one, other, third)) {
                send(socket, get("/assets/large.bin"));
            }
            for (Socket socket : List.of(one, other, third)) {
                InputStream in = socket.getInputStream();
                assertArrayEquals(LARGE, body(head(in), in));
            }
        }
    }

    @Test
    void shouldTakeNoMoreRequestsThanItsAnswersAreRead() throws Exception {
        ByteBuffer requests = ByteBuffer.wrap(get("/sync").repeat(1000).getBytes(StandardCharsets.ISO_8859_1));
        try (SocketChannel channel = SocketChannel.open();
                Selector selector = Selector.open()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_WRITE);
            long sent = 0;
            while (selector.select(1000) > 0) {
                selector.selectedKeys().clear();
                try {
                    sent += channel.write(requests);
                } catch (IOException e) {
                    break; // the node may also have hung up
                }
                requests.position(requests.position() % requests.limit());
                assertTrue(sent < UNREAD_BYTES_MAX, "still taken: " + sent);
            }
        }
    }

    @Test
    void shouldRefuseABodyInItsTurn() throws Exception {
        for (String body : List.of("Content-Length: 1000000000", "Content-Length: 5\r\nExpect: 100-continue")) {
            try (Socket socket = connect()) {
                InputStream in = socket.getInputStream();
                send(socket, get("/health/live") + "POST /status HTTP/1.1\r\nHost: x\r\n" + body + "\r\n\r\n");
                String first = head(in);
                assertTrue(first.startsWith("HTTP/1.1 200"), first);
                assertEquals("live\n", new String(body(first, in), StandardCharsets.UTF_8));
                assertTrue(head(in).startsWith("HTTP/1.1 413"));
            }
        }
    }

    @Test
    void shouldEndABodyOfUnknownLengthByClosingForOnesThatKnowNoChunks() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "GET /page.txt HTTP/1.0\r\nConnection: keep-alive\r\nAccept-Encoding: gzip\r\n\r\n");
            InputStream in = socket.getInputStream();
            String head = head(in);
            assertTrue(head.startsWith("HTTP/1.1 200"), head);
            assertArrayEquals(PAGE, new GZIPInputStream(in).readAllBytes());
        }
    }

    @Test
    void shouldTakeConnectionsUpToTheLimitAndMoreOnceThereIsRoom() throws Exception {
        try (RawPeer first = RawPeer.greeted(node.port(), "one");
                RawPeer second = RawPeer.greeted(node.port(), "two");
                RawPeer third = RawPeer.greeted(node.port(), "three")) {
            try (Socket fourth = connect();
                    Socket late = connect()) {
                send(fourth, get("/health/live"));
                assertTrue(head(fourth.getInputStream()).startsWith("HTTP/1.1 200"));
                send(late, get("/health/live"));
                late.setSoTimeout(500);
                assertThrows(
                        SocketTimeoutException.class,
                        () -> late.getInputStream().read());
                fourth.shutdownOutput();
                late.setSoTimeout(30_000);
                assertTrue(head(late.getInputStream()).startsWith("HTTP/1.1 200"));
            }
            for (RawPeer peer : List.of(first, second, third)) {
                peer.send(new Message.Ping(3));
                while (!(peer.next().orElseThrow() instanceof Message.Pong)) {
                    // the node may have asked whether it is there
                }
            }
        }
    }

    /** What waits behind a full session is read on by its acknowledgement, and no more comes from the socket then. */
    @Test
    void shouldCloseOnAViolationAmongFramesThatWaited() throws Exception {
        try (RawPeer peer = RawPeer.greeted(node.port(), "hasty")) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (Message message : List.of(BadInput.validOps("m", "k", 1), new Message.Ping(1))) {
                frames.writeBytes(RawPeer.toFrame(RawPeer.FIN | RawPeer.BINARY, MessageCodec.encode(message)));
            }
            frames.writeBytes(RawPeer.toFrame(RawPeer.FIN | RawPeer.TEXT, new byte[1]));
            frames.writeBytes(RawPeer.toFrame(RawPeer.FIN | RawPeer.CLOSE, new byte[0]));
            peer.raw(frames.toByteArray());
            peer.expect(Message.Ack.class);
            assertEquals(1, peer.expect(Message.Pong.class).id());
            assertFalse(peer.next().isPresent());
            assertEquals(1003, peer.closeCode());
        }
    }

    @Test
    void shouldAskAClientThatIsSilentAndCloseIfItSaysNothing() throws Exception {
        try (RawPeer peer = RawPeer.greeted(node.port(), "silent")) {
            assertEquals(0, peer.expect(Message.Ping.class).id());
            peer.send(new Message.Pong(0, 0));
            assertEquals(0, peer.expect(Message.Ping.class).id());
            assertFalse(peer.next().isPresent());
            assertEquals(1000, peer.closeCode());
        }
    }
}
