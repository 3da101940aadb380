package io.topgun.node;

import static io.topgun.node.BadInput.HEX;
import static io.topgun.node.BadInput.ONE;
import static io.topgun.node.BadInput.WRITER;
import static io.topgun.node.BadInput.cbor;
import static io.topgun.node.BadInput.fetch;
import static io.topgun.node.BadInput.nested;
import static io.topgun.node.BadInput.now;
import static io.topgun.node.BadInput.ops;
import static io.topgun.node.BadInput.pick;
import static io.topgun.node.BadInput.subscribe;
import static io.topgun.node.BadInput.validOps;
import static io.topgun.node.BadInput.valueCell;
import static io.topgun.node.BesiegedNode.assertClosed;
import static io.topgun.node.BesiegedNode.assertError;
import static io.topgun.node.BesiegedNode.assertGoesOn;
import static io.topgun.node.BesiegedNode.awaitSynced;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.Prefixes;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages and subscriptions that nobody should send: each gets its typed error or close code. */
@Timeout(60)
class BadMessagesIT {
    @RegisterExtension
    static final BesiegedNode NODE = new BesiegedNode();

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
                fetch(1, "../x", 0, 0),
                fetchKeys(0),
                fetchKeys(9),
                pick(1, "m", 271, 0, 1, 0),
                pick(1, "m", 0, 5, 1, 0),
                pick(1, "m", 0, 1, 0, 0),
                pick(1, "m", 0, 1, 9, 0),
                pick(1, "m", 0, 1, 1, 16),
                pick(1, "m", 0, 1, 2, 0, ONE),
                pick(1, "m", 0, 1, 1, 0, new byte[] {2, 1}),
                pick(1, "../x", 0, 0, 1, 0));
    }

    private static byte[] fetchKeys(int width) {
        return cbor(out -> {
            out.array(7).integer(5).integer(1).text("m").integer(0).integer(0).array(0);
            out.integer(width);
        });
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void shouldCloseOnWhatIsNoMessage(byte[] frame) throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.send(frame);
            assertClosed(4400, ErrorCode.MALFORMED, peer);
        }
    }

    @Test
    void shouldAnswerUnknownTypesAndGoOn() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            for (long type : new long[] {0, 9, 15, 99, 1L << 40, -1}) {
                peer.send(cbor(out -> out.array(2).integer(type).text("whatever")));
                assertError(ErrorCode.UNKNOWN_TYPE, peer);
            }
        }
    }

    @Test
    void shouldIgnoreElementsBehindThoseItKnows() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.send(
                    cbor(out -> out.array(4).integer(6).integer(5).text("later").map(0)));
            assertEquals(5, peer.expect(Message.Pong.class).id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../x", "__proto__", "a/b", "a b", "ü", ".hidden", "a\u0000b"})
    void shouldRefuseASubscriptionToWhatIsNoMapName(String map) throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.send(subscribe(9, "good", map));
            Message.Error error = peer.expect(Message.Error.class);
            assertEquals(ErrorCode.INVALID_MAP_NAME, error.code());
            assertEquals(9, error.about().orElseThrow());
            assertGoesOn(peer);
        }
    }

    @Test
    void shouldRefuseMapsOverTheLimit() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            String[] maps = IntStream.range(0, 11).mapToObj(i -> "m" + i).toArray(String[]::new);
            peer.send(subscribe(1, maps));
            assertError(ErrorCode.TOO_MANY, peer);
        }
    }

    @Test
    void shouldRefuseSubscriptionsOverTheLimitAndTakeThemOnceThereIsRoom() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
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

    @Test
    void shouldRefuseAFetchOrPickOutsideASubscription() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.send(fetch(1, "m", 0, 0));
            assertError(ErrorCode.UNEXPECTED, peer);
            peer.send(pick(1, "m", 0, 0, 1, 0, ONE));
            assertError(ErrorCode.UNEXPECTED, peer);
        }
    }

    @Test
    void shouldRefuseAFetchThatIsTooDeepOrForTooMuch() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.send(subscribe(1, "m"));
            awaitSynced(peer, 1);
            peer.send(fetch(1, "m", 0, 4));
            assertError(ErrorCode.TOO_MANY, peer);
            peer.send(fetch(1, "m", 0, 1, new int[17]));
            assertError(ErrorCode.TOO_MANY, peer);
            peer.send(pick(1, "m", 0, 4, 1, 0, ONE));
            assertError(ErrorCode.TOO_MANY, peer);
        }
    }

    @Test
    void shouldAnswerWithNothingWhereNothingIs() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.send(subscribe(1, "m-empty"));
            awaitSynced(peer, 1);
            peer.send(pick(1, "m-empty", 0, 1, 2, 3, HEX.parseHex("00010002")));
            Message.Cells cells = peer.expect(Message.Cells.class);
            assertEquals(List.of(), cells.entries());
            assertEquals(2, cells.buckets().getFirst().prefixes().size());
            peer.send(new Message.Fetch(1, "m-empty", 0, 1, List.of(3), OptionalInt.of(2)));
            assertEquals(
                    List.of(new Prefixes(3, List.of())),
                    peer.expect(Message.Keys.class).buckets());
        }
    }

    /** Gigabytes of digests asked for by a frame of 15 kB: some are answered, the others refused, and the node lives. */
    @Test
    void shouldNotAnswerFasterThanItIsReadFrom() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            peer.send(subscribe(1, "m"));
            awaitSynced(peer, 1);
            int asked = 1000;
            peer.send(cbor(out -> {
                for (int i = 0; i < asked; i++) {
                    byte[] one = fetch(1, "m", i % 271, 3);
                    out.raw(one, 0, one.length);
                }
            }));
            try (RawPeer other = NODE.greeted()) {
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
                pick(1, "m", 1, 1, 2, 3, HEX.parseHex("00010002")),
                MessageCodec.encode(new Message.Ping(1)));
        Random random = new Random(271);
        for (int round = 0; round < 150; round++) {
            try (RawPeer peer = NODE.greeted()) {
                for (int i = 0; i < 40; i++) {
                    peer.send(mutated(seeds.get(random.nextInt(seeds.size())), random));
                }
                peer.send(new Message.Ping(4711));
                assertAnswers(peer);
            } catch (SocketException e) {
                // The node had closed while we went on sending.
            }
        }
        assertEquals(200, NODE.get("/health/ready").statusCode());
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
