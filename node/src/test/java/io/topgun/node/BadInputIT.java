package io.topgun.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.Op;
import io.topgun.protocol.Run;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What nobody should send, to a real node: each gets its typed answer, while a well-behaved client writes through all of it and
 * loses nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class BadInputIT {
    private static final String WRITER = "bad";
    private static final HexFormat HEX = HexFormat.of();
    private static final int FRAME_BYTES_MAX = 1 << 20;
    private static final String SETTINGS = """
            topgun.session { hello-timeout = 1s, idle-timeout = 120s }
            topgun.limits { ops-per-frame-max = 1000, subscriptions-max = 5, maps-per-subscribe-max = 10 }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path dir;

    @SuppressWarnings("NullAway.Init")
    private NodeProcess node;

    @SuppressWarnings("NullAway.Init")
    private SteadyWriter steady;

    @BeforeAll
    void start() throws IOException {
        Path page = Files.createDirectories(dir.resolve("page"));
        Files.writeString(page.resolve("index.html"), "<p>the page");
        Files.writeString(dir.resolve("secret.txt"), "the secret");
        node = NodeProcess.start(dir.resolve("data"), SETTINGS + "topgun.http.page-dir = \"" + page + "\"", "-Xmx256m");
        steady = new SteadyWriter(node.sync(), "steady");
    }

    @AfterAll
    void shouldNotHaveDisturbedTheWellBehavedClient() throws Exception {
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
    }

    private RawPeer greeted() throws IOException {
        return RawPeer.greeted(node.port(), WRITER);
    }

    /** The connection goes on: whatever was wrong concerned one message or operation. */
    private static void assertGoesOn(RawPeer peer) throws IOException {
        peer.send(new Message.Ping(77));
        assertEquals(77, peer.expect(Message.Pong.class).id());
    }

    private static void assertClosed(int closeCode, ErrorCode code, RawPeer peer) throws IOException {
        List<Message> last = peer.untilClosed();
        assertEquals(closeCode, peer.closeCode(), last.toString());
        assertEquals(code, ((Message.Error) last.getLast()).code());
    }

    private static void assertError(ErrorCode code, RawPeer peer) throws IOException {
        assertEquals(code, peer.expect(Message.Error.class).code());
        assertGoesOn(peer);
    }

    private static byte[] cbor(Consumer<CborWriter> write) {
        CborWriter out = new CborWriter();
        write.accept(out);
        return out.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- connections ----

    @Test
    void shouldCloseWhenNoHelloComes() throws Exception {
        try (RawPeer peer = new RawPeer(node.port())) {
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
        try (RawPeer peer = new RawPeer(node.port())) {
            peer.send(message);
            assertClosed(4409, ErrorCode.UNEXPECTED, peer);
        }
    }

    @Test
    void shouldCloseWhenHelloComesTwice() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(RawPeer.hello(WRITER));
            assertClosed(4409, ErrorCode.UNEXPECTED, peer);
        }
    }

    @Test
    void shouldCloseWhenAClientSendsWhatIsTheServersToSend() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(new Message.Synced(1));
            assertClosed(4409, ErrorCode.UNEXPECTED, peer);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 1 << 30})
    void shouldCloseWhenThereIsNoCommonVersion(int version) throws Exception {
        try (RawPeer peer = new RawPeer(node.port())) {
            peer.send(new Message.Hello(version, version, WRITER, Optional.empty(), 0, "test"));
            assertClosed(4406, ErrorCode.VERSION, peer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "UPPER", "with space", "é", "123456789012345678901234567890123"})
    void shouldCloseWhenTheWriterOfHelloIsNone(String writer) throws Exception {
        byte[] hello = cbor(out -> out.array(7)
                .integer(1)
                .integer(1)
                .integer(1)
                .text(writer)
                .nothing()
                .integer(0)
                .text("test"));
        try (RawPeer peer = new RawPeer(node.port())) {
            peer.send(hello);
            assertClosed(4400, ErrorCode.MALFORMED, peer);
        }
    }

    @Test
    void shouldAskForATokenWhereOneIsConfigured() throws Exception {
        String settings = "topgun.auth.tokens = [the-right-token, another-right-one]";
        try (NodeProcess guarded = NodeProcess.start(dir.resolve("guarded"), settings)) {
            for (Optional<String> token : List.of(Optional.<String>empty(), Optional.of("wrong"), Optional.of(""))) {
                try (RawPeer peer = new RawPeer(guarded.port())) {
                    peer.send(new Message.Hello(1, 1, WRITER, token, 0, "test"));
                    assertClosed(4401, ErrorCode.UNAUTHENTICATED, peer);
                }
            }
            try (RawPeer peer = new RawPeer(guarded.port())) {
                peer.send(new Message.Hello(1, 1, WRITER, Optional.of("another-right-one"), 0, "test"));
                peer.expect(Message.Welcome.class);
            }
        }
    }

    // ---- frames ----

    @Test
    void shouldCloseOnText() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.frame(RawPeer.FIN | RawPeer.TEXT, utf8("{}"));
            assertEquals(List.of(), peer.untilClosed());
            assertEquals(1003, peer.closeCode());
        }
    }

    @Test
    void shouldTakeAFrameOfTheLimitAndCloseOnOneMoreByte() throws Exception {
        byte[] unknown = cbor(out -> out.array(2).integer(99).bytes(new byte[FRAME_BYTES_MAX - 8]));
        assertEquals(FRAME_BYTES_MAX, unknown.length);
        try (RawPeer peer = greeted()) {
            peer.send(unknown);
            assertError(ErrorCode.UNKNOWN_TYPE, peer);
            assertTooBig(peer, () -> peer.send(Arrays.copyOf(unknown, FRAME_BYTES_MAX + 1)));
        }
    }

    @Test
    void shouldCloseOnAMessageOverTheLimitInFragments() throws Exception {
        try (RawPeer peer = greeted()) {
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
        try (RawPeer peer = greeted()) {
            peer.frame(head, new byte[] {1});
            assertEquals(List.of(), peer.untilClosed());
            assertEquals(1002, peer.closeCode());
        }
    }

    // ---- messages ----

    static Stream<byte[]> malformed() {
        byte[] ops = MessageCodec.encode(validOps("m", "k", 1));
        return Stream.of(
                new byte[0],
                new byte[] {0},
                new byte[] {(byte) 0x80},
                new byte[] {(byte) 0x81, 2},
                HEX.parseHex("ff"),
                HEX.parseHex("9f06ff"),
                HEX.parseHex("9bffffffffffffffff"),
                HEX.parseHex("8206"),
                HEX.parseHex("820663"),
                HEX.parseHex("82066161"),
                HEX.parseHex("8206fb3ff0000000000000"),
                HEX.parseHex("82061801"),
                HEX.parseHex("8306c0"),
                Arrays.copyOf(ops, ops.length - 1),
                Arrays.copyOf(ops, ops.length + 1),
                nested(100_000),
                cbor(out -> out.array(2).integer(99).raw(nested(300), 0, 300)),
                fetch(1, "m", 271, 0),
                fetch(1, "m", 0, 5),
                fetch(1, "m", 0, 1, 16),
                fetch(1, "../x", 0, 0));
    }

    private static byte[] nested(int depth) {
        byte[] arrays = new byte[depth];
        Arrays.fill(arrays, (byte) 0x81);
        arrays[depth - 1] = 0;
        return arrays;
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void shouldCloseOnWhatIsNoMessage(byte[] frame) throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(frame);
            assertClosed(4400, ErrorCode.MALFORMED, peer);
        }
    }

    @Test
    void shouldAnswerUnknownTypesAndGoOn() throws Exception {
        try (RawPeer peer = greeted()) {
            for (long type : new long[] {0, 8, 15, 25, 1L << 40, -1}) {
                peer.send(cbor(out -> out.array(2).integer(type).text("whatever")));
                assertError(ErrorCode.UNKNOWN_TYPE, peer);
            }
        }
    }

    @Test
    void shouldIgnoreElementsBehindThoseItKnows() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(
                    cbor(out -> out.array(4).integer(6).integer(5).text("later").map(0)));
            assertEquals(5, peer.expect(Message.Pong.class).id());
        }
    }

    // ---- subscriptions ----

    private static byte[] subscribe(long subId, String... maps) {
        return cbor(out -> {
            out.array(4).integer(3).integer(subId).array(maps.length);
            for (String map : maps) {
                out.text(map);
            }
            out.nothing();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../x", "__proto__", "a/b", "a b", "ü", ".hidden", "a\u0000b"})
    void shouldRefuseASubscriptionToWhatIsNoMapName(String map) throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(subscribe(9, "good", map));
            Message.Error error = peer.expect(Message.Error.class);
            assertEquals(ErrorCode.INVALID_MAP_NAME, error.code());
            assertEquals(9, error.about().orElseThrow());
            assertGoesOn(peer);
        }
    }

    @Test
    void shouldRefuseMapsOverTheLimit() throws Exception {
        try (RawPeer peer = greeted()) {
            String[] maps = IntStream.range(0, 11).mapToObj(i -> "m" + i).toArray(String[]::new);
            peer.send(subscribe(1, maps));
            assertError(ErrorCode.TOO_MANY, peer);
        }
    }

    @Test
    void shouldRefuseSubscriptionsOverTheLimitAndTakeThemOnceThereIsRoom() throws Exception {
        try (RawPeer peer = greeted()) {
            for (int subId = 0; subId < 5; subId++) {
                peer.send(subscribe(subId, "empty" + subId));
                awaitSynced(peer, subId);
            }
            peer.send(subscribe(5, "empty5"));
            assertError(ErrorCode.TOO_MANY, peer);
            peer.send(new Message.Unsubscribe(0), new Message.Unsubscribe(123));
            peer.send(subscribe(5, "empty5"));
            awaitSynced(peer, 5);
        }
    }

    private static void awaitSynced(RawPeer peer, long subId) throws IOException {
        Message message = peer.next().orElseThrow();
        while (!(message instanceof Message.Synced synced && synced.subId() == subId)) {
            message = peer.next().orElseThrow();
        }
    }

    private static byte[] fetch(long subId, String map, int partition, int depth, int... buckets) {
        return cbor(out -> {
            out.array(6).integer(5).integer(subId).text(map).integer(partition).integer(depth);
            out.array(buckets.length);
            for (int bucket : buckets) {
                out.integer(bucket);
            }
        });
    }

    @Test
    void shouldRefuseAFetchOutsideASubscription() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(fetch(1, "m", 0, 0));
            assertError(ErrorCode.UNEXPECTED, peer);
        }
    }

    @Test
    void shouldRefuseAFetchThatIsTooDeepOrForTooMuch() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(subscribe(1, "m"));
            awaitSynced(peer, 1);
            peer.send(fetch(1, "m", 0, 4));
            assertError(ErrorCode.TOO_MANY, peer);
            peer.send(fetch(1, "m", 0, 1, new int[17]));
            assertError(ErrorCode.TOO_MANY, peer);
        }
    }

    /** Gigabytes of digests asked for by a frame of 15 kB: some are answered, the others refused, and the node lives. */
    @Test
    void shouldNotAnswerFasterThanItIsReadFrom() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(subscribe(1, "m"));
            awaitSynced(peer, 1);
            int asked = 1000;
            peer.send(cbor(out -> {
                for (int i = 0; i < asked; i++) {
                    byte[] one = fetch(1, "m", i % 271, 3);
                    out.raw(one, 0, one.length);
                }
            }));
            try (RawPeer other = greeted()) {
                assertGoesOn(other);
            }
            int digests = 0;
            for (int i = 0; i < asked; i++) {
                switch (peer.next().orElseThrow()) {
                    case Message.Digest digest -> digests++;
                    case Message.Error error -> assertEquals(ErrorCode.TOO_MANY, error.code());
                    default -> throw new AssertionError("not an answer");
                }
            }
            assertTrue(digests >= 271, "a digest of every partition can be asked for at once: " + digests);
        }
    }

    // ---- operations ----

    private static Message.Ops validOps(String map, String key, int value) {
        Stamp stamp = Stamp.of(System.currentTimeMillis(), 0, WRITER);
        ValueCell cell = ValueCell.set(stamp, new byte[] {(byte) value}, 0);
        return new Message.Ops(Level.PERSISTED, List.of(new Op(1, map, key, cell)), List.of());
    }

    /** {@code [key, 1, ms, counter, writer, value]} with any bytes as the value. */
    private static byte[] valueCell(String key, byte[] value) {
        return cbor(out -> {
            out.array(6).text(key).integer(1).integer(0).integer(0).integer(0);
            out.raw(value, 0, value.length);
        });
    }

    /** Operation 1 is the cell; operation 2 is a good one, which must be taken. */
    private static byte[] ops(String map, String writer, long baseMs, byte[] cell) {
        return cbor(out -> {
            out.array(4).integer(2).integer(2).array(2).integer(1).integer(2);
            out.array(7);
            out.array(2).text(writer).text(WRITER);
            out.array(0);
            out.integer(baseMs);
            out.text(map).array(1).raw(cell, 0, cell.length);
            byte[] good = cbor(o -> o.array(6)
                    .text("good")
                    .integer(1)
                    .integer(0)
                    .integer(0)
                    .integer(1)
                    .integer(7));
            out.text("bad").array(1).raw(good, 0, good.length);
        });
    }

    private void assertRejectedAlone(ErrorCode code, byte[] ops) throws IOException {
        try (RawPeer peer = greeted()) {
            peer.send(ops);
            Message.Ack ack = peer.expect(Message.Ack.class);
            assertEquals(1, ack.rejections().size(), ack.toString());
            assertEquals(1, ack.rejections().getFirst().opId());
            assertEquals(code, ack.rejections().getFirst().code());
            assertEquals(List.of(new Run(2, 1)), ack.runs());
            assertTrue(Math.abs(ack.serverMs() - System.currentTimeMillis()) < 10_000, "tells its time");
            assertGoesOn(peer);
        }
    }

    private static long now() {
        return System.currentTimeMillis() - 1000;
    }

    private static final byte[] ONE = {1};

    @ParameterizedTest
    @ValueSource(strings = {"", "../../x", "__proto__", "a/b", "-a", "ü", "a\nb"})
    void shouldRejectWhatIsNoMapName(String map) throws Exception {
        assertRejectedAlone(ErrorCode.INVALID_MAP_NAME, ops(map, WRITER, now(), valueCell("k", ONE)));
    }

    @Test
    void shouldRejectNamesThatAreTooLong() throws Exception {
        byte[] good = valueCell("k", ONE);
        assertRejectedAlone(ErrorCode.INVALID_MAP_NAME, ops("m".repeat(129), WRITER, now(), good));
        byte[] longKey = valueCell("k".repeat(1025), ONE);
        assertRejectedAlone(ErrorCode.INVALID_KEY, ops("m", WRITER, now(), longKey));
        assertRejectedAlone(ErrorCode.INVALID_KEY, ops("m", WRITER, now(), valueCell("", ONE)));
    }

    @Test
    void shouldRejectWrongUtf8AndNumbersInPlaceOfKeys() throws Exception {
        byte[] wrongUtf8 = {(byte) 0x86, 0x62, (byte) 0xc3, 0x28, 1, 0, 0, 0, 1};
        assertRejectedAlone(ErrorCode.INVALID_KEY, ops("m", WRITER, now(), wrongUtf8));
        byte[] number = {(byte) 0x86, 5, 1, 0, 0, 0, 1};
        assertRejectedAlone(ErrorCode.INVALID_KEY, ops("m", WRITER, now(), number));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1801", "fb3ff0000000000000", "fb7ff8000000000000", "f93e00", "c101", "5f4100ff", "a2616201616101",
                "a2616101616102", "a10101", "62c328", "63eda080", "f8ff", "82f7f7", "1b8000000000000000"
            })
    void shouldRejectValuesThatAreNotCanonical(String hex) throws Exception {
        assertRejectedAlone(ErrorCode.INVALID_VALUE, ops("m", WRITER, now(), valueCell("k", HEX.parseHex(hex))));
    }

    @Test
    void shouldRejectValuesThatAreTooDeepOrTooLarge() throws Exception {
        assertRejectedAlone(ErrorCode.INVALID_VALUE, ops("m", WRITER, now(), valueCell("k", nested(34))));
        byte[] large = cbor(out -> out.bytes(new byte[262_144]));
        assertRejectedAlone(ErrorCode.VALUE_TOO_LARGE, ops("m", WRITER, now(), valueCell("k", large)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 6, 7, 1000})
    void shouldRejectUnknownKinds(int kind) throws Exception {
        byte[] cell = cbor(out -> out.array(6)
                .text("k")
                .integer(kind)
                .integer(0)
                .integer(0)
                .integer(0)
                .integer(1));
        assertRejectedAlone(ErrorCode.UNKNOWN_KIND, ops("m", WRITER, now(), cell));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "UPPER", "a-b", "123456789012345678901234567890123"})
    void shouldRejectWritersThatAreNone(String writer) throws Exception {
        assertRejectedAlone(ErrorCode.INVALID_STAMP, ops("m", writer, now(), valueCell("k", ONE)));
    }

    @Test
    void shouldRejectStampsOutOfRange() throws Exception {
        for (long[] stamp :
                new long[][] {{-now() - 5000, 0, 0}, {0, 65536, 0}, {0, -1, 0}, {0, 0, 2}, {1L << 48, 0, 0}}) {
            byte[] cell = cbor(out -> {
                out.array(6).text("k").integer(1);
                out.integer(stamp[0]).integer(stamp[1]).integer(stamp[2]).integer(1);
            });
            assertRejectedAlone(ErrorCode.INVALID_STAMP, ops("m", WRITER, now(), cell));
        }
    }

    @Test
    void shouldRejectStampsFromTheFuture() throws Exception {
        byte[] cell = cbor(out -> out.array(6)
                .text("k")
                .integer(1)
                .integer(120_000)
                .integer(0)
                .integer(0)
                .integer(1));
        assertRejectedAlone(ErrorCode.FUTURE_STAMP, ops("m", WRITER, now(), cell));
    }

    @Test
    void shouldRejectAnotherKindThanTheKeyHolds() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(validOps("m", "held", 1));
            assertEquals(List.of(), peer.expect(Message.Ack.class).rejections());
        }
        byte[] deleteOfFields = cbor(out -> {
            out.array(3).text("held").integer(2);
            out.array(4).integer(0).integer(0).integer(0).integer(0);
        });
        assertRejectedAlone(ErrorCode.KIND_MISMATCH, ops("m", WRITER, now(), deleteOfFields));
    }

    @Test
    void shouldRefuseAFrameOfTooManyOperations() throws Exception {
        List<Op> many = IntStream.range(0, 1001)
                .mapToObj(i -> new Op(i, "m", "k" + i, ValueCell.remove(Stamp.of(now(), 0, WRITER))))
                .toList();
        try (RawPeer peer = greeted()) {
            peer.send(new Message.Ops(Level.PERSISTED, many, List.of()));
            assertError(ErrorCode.TOO_MANY, peer);
        }
    }

    // ---- HTTP ----

    @Test
    void shouldSayThatSyncIsAWebSocket() throws Exception {
        assertEquals(426, node.get("/sync").statusCode());
    }

    @Test
    void shouldRefuseAForeignPage() throws Exception {
        IOException refused = assertThrows(
                IOException.class, () -> new RawPeer(node.port(), "Origin: https://evil.example\r\n").close());
        assertTrue(String.valueOf(refused.getMessage()).startsWith("HTTP/1.1 403"), refused.getMessage());
        new RawPeer(node.port(), "Origin: http://127.0.0.1:" + node.port() + "\r\n").close();
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
        assertEquals("<p>the page", node.get("/").body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u0000\u0001\u0002", "GET", "GET / HTTP/9.9\r\n\r\n", "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n"})
    void shouldSurviveWhatIsNoHttp(String request) throws Exception {
        http(request);
        assertEquals(200, node.get("/health/ready").statusCode());
    }

    private String http(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    // ---- chance ----

    @Test
    void shouldSurviveFramesMutatedAtRandom() throws Exception {
        List<byte[]> seeds = List.of(
                MessageCodec.encode(RawPeer.hello(WRITER)),
                MessageCodec.encode(validOps("m", "fuzz", 1)),
                ops(
                        "m",
                        WRITER,
                        now(),
                        valueCell("k", cbor(out -> out.map(1).text("a").array(1).number(0.5)))),
                subscribe(1, "m"),
                fetch(1, "m", 1, 1, 3),
                MessageCodec.encode(new Message.Ping(1)));
        Random random = new Random(271);
        for (int round = 0; round < 150; round++) {
            try (RawPeer peer = greeted()) {
                for (int i = 0; i < 40; i++) {
                    peer.send(mutated(seeds.get(random.nextInt(seeds.size())), random));
                }
                peer.send(new Message.Ping(4711));
                assertAnswers(peer);
            } catch (SocketException e) {
                // The node had closed while we went on sending.
            }
        }
        assertEquals(200, node.get("/health/ready").statusCode());
    }

    /** Either it has closed for a reason of the protocol, or it still answers. */
    private static void assertAnswers(RawPeer peer) throws IOException {
        Optional<Message> message = peer.next();
        while (message.isPresent()) {
            if (message.get() instanceof Message.Pong pong && pong.id() == 4711) {
                return;
            }
            message = peer.next();
        }
        assertTrue(List.of(4400, 4409).contains(peer.closeCode()), "closed by " + peer.closeCode());
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        int way = random.nextInt(8);
        return way == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }
}
