package io.topgun.node.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.pekko.http.impl.engine.ws.FrameData;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Option;

/** The cases of RFC 6455 that the Autobahn suite checks and that apply to a receiver of binary messages. */
class WebSocketFramesTest {
    private static final int MASK = 0x8142c3e5;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final WebSocketFrames frames = new WebSocketFrames(1000);

    private static FrameHeader header(int opcode, boolean fin, long length, int reserved, Option<Object> mask) {
        return new FrameHeader(
                Protocol.Opcode$.MODULE$.forCode((byte) opcode),
                mask,
                length,
                fin,
                (reserved & 4) != 0,
                (reserved & 2) != 0,
                (reserved & 1) != 0);
    }

    private static byte[] masked(byte[] clear, int from, int to) {
        byte[] masked = Arrays.copyOfRange(clear, from, to);
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= (byte) (MASK >>> (24 - 8 * ((from + i) & 3)));
        }
        return masked;
    }

    private static FrameStart frame(int opcode, boolean fin, byte[] payload) {
        return new FrameStart(
                header(opcode, fin, payload.length, 0, Option.apply((Object) MASK)),
                ByteString.fromArray(masked(payload, 0, payload.length)));
    }

    private Optional<WebSocketFrames.Received> receive(FrameEvent event) {
        return frames.onEvent(event);
    }

    private void nothing(FrameEvent event) {
        assertEquals(Optional.empty(), receive(event));
    }

    private void message(byte[] expected, FrameEvent event) {
        assertArrayEquals(
                expected,
                assertInstanceOf(
                                WebSocketFrames.Received.Message.class,
                                receive(event).orElseThrow())
                        .bytes());
    }

    private void violation(int code, FrameEvent event) {
        assertEquals(
                code,
                assertInstanceOf(
                                WebSocketFrames.Received.Violation.class,
                                receive(event).orElseThrow())
                        .code());
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + 3);
        }
        return bytes;
    }

    private static byte[] close(int code, byte... reason) {
        byte[] payload = new byte[2 + reason.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(reason, 0, payload, 2, reason.length);
        return payload;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 125, 126, 127, 999, 1000})
    void shouldUnmaskAMessageOfOneFrame(int length) {
        message(bytes(length), frame(BINARY, true, bytes(length)));
        message(bytes(length), frame(BINARY, true, bytes(length)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 64})
    void shouldJoinAFrameThatTheParserHandsOutInPieces(int piece) {
        byte[] payload = bytes(500);
        nothing(new FrameStart(
                header(BINARY, true, 500, 0, Option.apply((Object) MASK)),
                ByteString.fromArray(masked(payload, 0, piece))));
        int at = piece;
        for (; at + piece < 500; at += piece) {
            nothing(new FrameData(ByteString.fromArray(masked(payload, at, at + piece)), false));
        }
        message(payload, new FrameData(ByteString.fromArray(masked(payload, at, 500)), true));
    }

    @Test
    void shouldJoinFragmentsAndAnswerControlFramesBetweenThem() {
        nothing(frame(BINARY, false, new byte[] {1}));
        WebSocketFrames.Received ping = receive(frame(PING, true, bytes(125))).orElseThrow();
        assertArrayEquals(bytes(125), ((WebSocketFrames.Received.Ping) ping).payload());
        nothing(frame(CONTINUATION, false, new byte[] {2}));
        nothing(frame(PONG, true, bytes(3)));
        nothing(frame(CONTINUATION, false, new byte[0]));
        message(new byte[] {1, 2, 3}, frame(CONTINUATION, true, new byte[] {3}));
        message(new byte[] {4}, frame(BINARY, true, new byte[] {4}));
    }

    @Test
    void shouldTakeAMessageOfEmptyFragments() {
        nothing(frame(BINARY, false, new byte[0]));
        nothing(frame(CONTINUATION, false, new byte[0]));
        message(new byte[0], frame(CONTINUATION, true, new byte[0]));
        violation(1002, frame(CONTINUATION, true, new byte[0]));
    }

    @Test
    void shouldRefuseAContinuationOfNothing() {
        violation(1002, frame(CONTINUATION, false, bytes(3)));
    }

    @Test
    void shouldRefuseANewMessageInsideAnother() {
        nothing(frame(BINARY, false, bytes(3)));
        violation(1002, frame(BINARY, true, bytes(3)));
    }

    @Test
    void shouldRefuseTextAsUnacceptable() {
        violation(1003, frame(TEXT, true, bytes(3)));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void shouldRefuseReservedOpcodes(int opcode) {
        violation(1002, frame(opcode, true, new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void shouldRefuseReservedBits(int reserved) {
        violation(
                1002,
                new FrameStart(
                        header(PING, true, 0, reserved, Option.apply((Object) MASK)), ByteString.emptyByteString()));
    }

    @Test
    void shouldRefuseAFrameWithoutAMask() {
        violation(1002, new FrameStart(header(BINARY, true, 1, 0, Option.empty()), ByteString.fromArray(bytes(1))));
    }

    @ParameterizedTest
    @ValueSource(ints = {CLOSE, PING, PONG})
    void shouldRefuseControlFramesThatAreLongOrInFragments(int opcode) {
        violation(1002, frame(opcode, true, bytes(126)));
        violation(1002, frame(opcode, false, bytes(1)));
    }

    @Test
    void shouldRefuseAMessageOverTheLimitByTheHeadOfItsFrame() {
        violation(
                1009,
                new FrameStart(
                        header(BINARY, true, Long.MAX_VALUE, 0, Option.apply((Object) MASK)),
                        ByteString.fromArray(bytes(10))));
    }

    @Test
    void shouldRefuseAMessageOverTheLimitInFragments() {
        nothing(frame(BINARY, false, bytes(600)));
        nothing(frame(CONTINUATION, false, bytes(400)));
        violation(1009, frame(CONTINUATION, false, bytes(1)));
    }

    /** Until the peer has answered the close frame it may go on sending; nothing of that is kept or looked at. */
    @Test
    void shouldDiscardDataButNotACloseBehindAViolation() {
        violation(
                1009,
                new FrameStart(
                        header(BINARY, true, 1L << 40, 0, Option.apply((Object) MASK)),
                        ByteString.fromArray(bytes(10))));
        for (int i = 0; i < 100; i++) {
            nothing(new FrameData(ByteString.fromArray(bytes(1000)), false));
            assertEquals(0, frames.bufferedBytes());
        }
        nothing(new FrameData(ByteString.fromArray(bytes(10)), true));
        nothing(frame(BINARY, true, bytes(10)));
        nothing(frame(TEXT, true, bytes(10)));
        assertEquals(Optional.of(new WebSocketFrames.Received.Close(1009)), receive(frame(CLOSE, true, close(1009))));
    }

    @Test
    void shouldTakeACloseWithoutACode() {
        assertEquals(
                Optional.of(new WebSocketFrames.Received.Close(WebSocketFrames.NO_CODE)),
                receive(frame(CLOSE, true, new byte[0])));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999})
    void shouldTakeTheCloseCodesThatMayBeSent(int code) {
        byte[] reason = "auf Wiedersehen, größte €-Freude".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                Optional.of(new WebSocketFrames.Received.Close(code)),
                receive(frame(CLOSE, true, close(code, reason))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    void shouldRefuseTheCloseCodesThatMayNot(int code) {
        violation(1002, frame(CLOSE, true, close(code)));
    }

    @Test
    void shouldRefuseHalfACloseCode() {
        violation(1002, frame(CLOSE, true, new byte[] {3}));
    }

    @Test
    void shouldRefuseACloseReasonThatIsNotUtf8() {
        violation(1007, frame(CLOSE, true, close(1000, (byte) 0xce, (byte) 0xba, (byte) 0xed, (byte) 0xa0)));
    }

    @Test
    void shouldHandOutNoMessageBehindAnInvalidCloseFrame() {
        violation(1002, frame(CLOSE, true, close(2000)));
        nothing(frame(BINARY, true, bytes(3)));
    }
}
