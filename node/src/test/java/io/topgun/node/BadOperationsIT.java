package io.topgun.node;

import static io.topgun.node.BadInput.HEX;
import static io.topgun.node.BadInput.ONE;
import static io.topgun.node.BadInput.WRITER;
import static io.topgun.node.BadInput.cbor;
import static io.topgun.node.BadInput.nested;
import static io.topgun.node.BadInput.now;
import static io.topgun.node.BadInput.ops;
import static io.topgun.node.BadInput.validOps;
import static io.topgun.node.BadInput.valueCell;
import static io.topgun.node.BesiegedNode.assertError;
import static io.topgun.node.BesiegedNode.assertGoesOn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.CounterCell;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Run;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations that nobody should send: each is rejected alone, the others of its frame are taken. */
@Timeout(60)
class BadOperationsIT {
    @RegisterExtension
    static final BesiegedNode NODE = new BesiegedNode();

    private void assertRejectedAlone(ErrorCode code, byte[] ops) throws IOException {
        try (RawPeer peer = NODE.greeted()) {
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
    @ValueSource(ints = {0, 5, 6, 7, 1000})
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

    private static byte[] counter(Consumer<CborWriter> folded, long plus, long minus) {
        return cbor(out -> {
            out.array(4).text("k").integer(4);
            folded.accept(out);
            out.array(5).integer(0).integer(0).integer(0).integer(plus).integer(minus);
        });
    }

    /** The folded part is the replica's to make: a client that sends one could take from all others what they have added. */
    @Test
    void shouldRejectCountersThatAreNone() throws Exception {
        byte[] withFoldedPart =
                counter(out -> out.array(3).integer(-5).integer(1).integer(0), 1, 0);
        assertRejectedAlone(ErrorCode.INVALID_VALUE, ops("m", WRITER, now(), withFoldedPart));
        assertRejectedAlone(ErrorCode.INVALID_VALUE, ops("m", WRITER, now(), counter(CborWriter::nothing, 0, 0)));
        assertRejectedAlone(ErrorCode.INVALID_VALUE, ops("m", WRITER, now(), counter(CborWriter::nothing, -1, 0)));
        assertRejectedAlone(
                ErrorCode.INVALID_VALUE, ops("m", WRITER, now(), counter(CborWriter::nothing, 1L << 53, 0)));
    }

    /** What is well-formed and would pass the greatest number is refused by the partition. */
    @Test
    void shouldRejectWhatACounterCannotHold() throws Exception {
        try (RawPeer peer = NODE.greeted()) {
            CounterCell most = CounterCell.share(Stamp.of(now(), 0, WRITER), CounterCell.SUM_MAX, 0);
            peer.send(new Message.Ops(Level.PERSISTED, List.of(new Op(1, "m", "full", most)), List.of()));
            assertEquals(List.of(), peer.expect(Message.Ack.class).rejections());
            CounterCell more = CounterCell.share(Stamp.of(now(), 1, "other"), 1, 0);
            peer.send(new Message.Ops(Level.PERSISTED, List.of(new Op(2, "m", "full", more)), List.of()));
            assertEquals(
                    ErrorCode.INVALID_VALUE,
                    peer.expect(Message.Ack.class).rejections().getFirst().code());
            assertGoesOn(peer);
        }
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
        try (RawPeer peer = NODE.greeted()) {
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
        try (RawPeer peer = NODE.greeted()) {
            peer.send(new Message.Ops(Level.PERSISTED, many, List.of()));
            assertError(ErrorCode.TOO_MANY, peer);
        }
    }
}
