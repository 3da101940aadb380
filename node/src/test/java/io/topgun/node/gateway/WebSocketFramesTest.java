package io.topgun.node.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of RFC 6455 that the Autobahn suite checks and that apply to a receiver of binary messages, from the bytes on. */
class WebSocketFramesTest {
    private static final int MESSAGE_BYTES_MAX = 1000;
    private static final int MASK = 0x8142c3e5;
    private static final int FIN = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final EmbeddedChannel channel = channel(MESSAGE_BYTES_MAX);

    /** The receiving end of a connection, without its socket. */
    static EmbeddedChannel channel(int messageBytesMax) {
        EmbeddedChannel channel =
                new EmbeddedChannel(new WebSocket13FrameDecoder(WebSocketFrames.decoderConfig(messageBytesMax)));
        WebSocketFrames.addTo(channel.pipeline(), messageBytesMax, new ChannelInboundHandlerAdapter());
        return channel;
    }

    @AfterEach
    void nothingIsLeft() {
        assertNull(channel.readInbound());
        channel.finishAndReleaseAll();
    }

    private static byte[] masked(byte[] clear) {
        byte[] masked = clear.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= (byte) (MASK >>> (24 - 8 * (i & 3)));
        }
        return masked;
    }

    private static byte[] head(int first, long length, boolean isMasked) {
        ByteBuffer head = ByteBuffer.allocate(14).put((byte) first);
        int mask = isMasked ? 0x80 : 0;
        if (length < 126) {
            head.put((byte) (mask | length));
        } else if (length < 65536) {
            head.put((byte) (mask | 126)).putShort((short) length);
        } else {
            head.put((byte) (mask | 127)).putLong(length);
        }
        if (isMasked) {
            head.putInt(MASK);
        }
        return Arrays.copyOf(head.array(), head.position());
    }

    private static byte[] frame(int opcode, boolean fin, byte[] payload) {
        return concat(head((fin ? FIN : 0) | opcode, payload.length, true), masked(payload));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private void send(byte[] bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    }

    private void nothing(byte[] bytes) {
        send(bytes);
        assertNull(channel.readInbound());
    }

    private WebSocketFrames.Received received(byte[] bytes) {
        send(bytes);
        return channel.readInbound();
    }

    private void message(byte[] expected, byte[] bytes) {
        assertArrayEquals(
                expected,
                assertInstanceOf(WebSocketFrames.Received.Message.class, received(bytes))
                        .bytes());
    }

    private void violation(int code, byte[] bytes) {
        assertEquals(
                code,
                assertInstanceOf(WebSocketFrames.Received.Violation.class, received(bytes))
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
        return frame(CLOSE, true, concat(new byte[] {(byte) (code >> 8), (byte) code}, reason));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 125, 126, 127, 999, 1000})
    void shouldUnmaskAMessageOfOneFrame(int length) {
        message(bytes(length), frame(BINARY, true, bytes(length)));
        message(bytes(length), frame(BINARY, true, bytes(length)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 64})
    void shouldJoinAFrameThatComesInPieces(int piece) {
        byte[] payload = bytes(500);
        byte[] frame = frame(BINARY, true, payload);
        int at = 0;
        for (; at + piece < frame.length; at += piece) {
            nothing(Arrays.copyOfRange(frame, at, at + piece));
        }
        message(payload, Arrays.copyOfRange(frame, at, frame.length));
    }

    @Test
    void shouldJoinFragmentsAndAnswerControlFramesBetweenThem() {
        nothing(frame(BINARY, false, new byte[] {1}));
        WebSocketFrames.Received ping = received(frame(PING, true, bytes(125)));
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
        violation(1002, head(FIN | reserved << 4 | PING, 0, true));
    }

    @Test
    void shouldRefuseAFrameWithoutAMask() {
        violation(1002, concat(head(FIN | BINARY, 1, false), bytes(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {CLOSE, PING, PONG})
    void shouldRefuseControlFramesThatAreLong(int opcode) {
        violation(1002, frame(opcode, true, bytes(126)));
    }

    @ParameterizedTest
    @ValueSource(ints = {CLOSE, PING, PONG})
    void shouldRefuseControlFramesInFragments(int opcode) {
        violation(1002, frame(opcode, false, bytes(1)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1001, 65535, 1L << 40, Long.MAX_VALUE})
    void shouldRefuseAMessageOverTheLimitByTheHeadOfItsFrame(long length) {
        violation(1009, head(FIN | BINARY, length, true));
    }

    @Test
    void shouldRefuseALengthWithTheSignBit() {
        violation(
                1002,
                concat(new byte[] {(byte) (FIN | BINARY), (byte) 0xff, (byte) 0x80, 0, 0, 0, 0, 1, 0, 0}, new byte[4]));
    }

    @Test
    void shouldRefuseAMessageOverTheLimitInFragments() {
        nothing(frame(BINARY, false, bytes(600)));
        nothing(frame(CONTINUATION, false, bytes(400)));
        violation(1009, frame(CONTINUATION, false, bytes(1)));
    }

    /** Until the peer has answered the close frame it may go on sending; nothing of that is kept or looked at. */
    @Test
    void shouldDiscardDataBehindAViolation() {
        violation(1009, head(FIN | BINARY, 1L << 40, true));
        for (int i = 0; i < 100; i++) {
            nothing(bytes(1000));
        }
        nothing(frame(BINARY, true, bytes(10)));
        nothing(frame(TEXT, true, bytes(10)));
    }

    /** What the decoder has no fault to find with does not throw it off its track. */
    @Test
    void shouldTakeACloseBehindAViolationOfOurs() {
        violation(1003, frame(TEXT, true, bytes(10)));
        nothing(frame(BINARY, true, bytes(10)));
        nothing(frame(PING, true, bytes(10)));
        assertEquals(new WebSocketFrames.Received.Close(1003), received(close(1003)));
    }

    @Test
    void shouldTakeACloseBehindAMessageOverTheLimitInFragments() {
        nothing(frame(BINARY, false, bytes(900)));
        violation(1009, frame(CONTINUATION, false, bytes(101)));
        nothing(frame(CONTINUATION, true, bytes(10)));
        assertEquals(new WebSocketFrames.Received.Close(1009), received(close(1009)));
    }

    @Test
    void shouldTakeACloseWithoutACode() {
        assertEquals(
                new WebSocketFrames.Received.Close(WebSocketFrames.NO_CODE), received(frame(CLOSE, true, new byte[0])));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999})
    void shouldTakeTheCloseCodesThatMayBeSent(int code) {
        byte[] reason = "auf Wiedersehen, größte €-Freude".getBytes(StandardCharsets.UTF_8);
        assertEquals(new WebSocketFrames.Received.Close(code), received(close(code, reason)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    void shouldRefuseTheCloseCodesThatMayNot(int code) {
        violation(1002, close(code));
    }

    @Test
    void shouldRefuseHalfACloseCode() {
        violation(1002, frame(CLOSE, true, new byte[] {3}));
    }

    @Test
    void shouldRefuseACloseReasonThatIsNotUtf8() {
        violation(1007, close(1000, (byte) 0xce, (byte) 0xba, (byte) 0xed, (byte) 0xa0));
    }

    @Test
    void shouldHandOutNoMessageBehindAnInvalidCloseFrame() {
        violation(1002, close(2000));
        nothing(frame(BINARY, true, bytes(3)));
    }

    @Test
    void shouldHandOutOneAtATimeToWhoStopsReading() {
        channel.config().setAutoRead(false);
        send(concat(frame(BINARY, true, bytes(1)), frame(BINARY, true, bytes(2))));
        assertNull(channel.readInbound());
        channel.read();
        assertEquals(1, ((WebSocketFrames.Received.Message) channel.readInbound()).bytes().length);
        assertNull(channel.readInbound());
        channel.read();
        assertEquals(2, ((WebSocketFrames.Received.Message) channel.readInbound()).bytes().length);
    }

    /** A control frame has room for 123 bytes of reason, which must not end inside a character. */
    @Test
    void shouldCutTheReasonOfACloseToWhatAControlFrameHolds() {
        CloseWebSocketFrame close = (CloseWebSocketFrame) WebSocketFrames.close(4400, "é".repeat(100));
        assertEquals(4400, close.statusCode());
        assertEquals("é".repeat(61), close.reasonText());
        close.release();
    }
}
