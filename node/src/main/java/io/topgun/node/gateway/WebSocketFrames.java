package io.topgun.node.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.pekko.http.impl.engine.ws.FrameData;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.util.ByteString;
import scala.Option;

/**
 * The receiving side of RFC 6455 above the frame parser: unmasks, joins fragments, bounds messages, answers for control frames.
 *
 * <p>Why not Pekko HTTP's message API: it cannot send a close code of ours, has no bound on a message's size, and builds two
 * sub-streams per message, which is most of what a message costs there. This is the only class that touches its frame classes.
 */
final class WebSocketFrames {
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int UNACCEPTABLE = 1003;
    static final int NO_CODE = 1005;
    static final int TOO_BIG = 1009;
    static final int TRY_AGAIN_LATER = 1013;

    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    /** What a frame event amounts to. */
    sealed interface Received {
        /** A whole binary message. */
        @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
        record Message(byte[] bytes) implements Received {}

        /** A ping, to be answered with the same bytes. */
        @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
        record Ping(byte[] payload) implements Received {}

        /** The peer closes; {@link #NO_CODE} where it gave none. */
        record Close(int code) implements Received {}

        /** The connection must be closed with this code. */
        record Violation(int code, String text) implements Received {}
    }

    private final int messageBytesMax;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream(0);
    private final ByteArrayOutputStream control = new ByteArrayOutputStream(0);
    private boolean inMessage;
    private boolean broken;
    private boolean discarding;
    private int opcode = CONTINUATION;
    private boolean fin;
    private int mask;
    private int maskOffset;

    WebSocketFrames(int messageBytesMax) {
        this.messageBytesMax = messageBytesMax;
    }

    /**
     * Takes the next event of the parser; empty while a frame or a message is not whole.
     *
     * <p>Behind a violation only a close frame still counts: data that the peer goes on sending is discarded, not kept.
     */
    Optional<Received> onEvent(FrameEvent event) {
        Optional<Received> received = event instanceof FrameStart start
                ? begin(start.header()).or(() -> data(start.data(), start.lastPart()))
                : data(((FrameData) event).data(), event.lastPart());
        if (received.isPresent() && received.get() instanceof Received.Violation) {
            broken = true;
            discarding = true;
            message.reset();
        }
        return received;
    }

    /** Bytes held of frames and messages that are not whole. */
    int bufferedBytes() {
        return message.size() + control.size();
    }

    private Optional<Received> begin(FrameHeader header) {
        opcode = header.opcode().code();
        fin = header.fin();
        maskOffset = 0;
        discarding = broken && !isControl();
        if (discarding) {
            return Optional.empty();
        }
        if (header.rsv1() || header.rsv2() || header.rsv3()) {
            return violation(PROTOCOL_ERROR, "a reserved bit is set");
        }
        if (header.mask().isEmpty()) {
            return violation(PROTOCOL_ERROR, "a client's frame must be masked");
        }
        mask = (Integer) header.mask().get();
        if (isControl()) {
            control.reset();
            boolean known = opcode == CLOSE || opcode == PING || opcode == PONG;
            return !known || !fin || header.length() > 125
                    ? violation(PROTOCOL_ERROR, "not a control frame of RFC 6455")
                    : Optional.empty();
        }
        return beginData(header.length());
    }

    private boolean isControl() {
        return opcode >= CLOSE;
    }

    private Optional<Received> beginData(long length) {
        if (opcode == TEXT) {
            return violation(UNACCEPTABLE, "binary messages only");
        }
        boolean expected = inMessage ? opcode == CONTINUATION : opcode == BINARY;
        if (!expected) {
            return violation(PROTOCOL_ERROR, "not a frame that may come here");
        }
        if (length > messageBytesMax - message.size()) {
            return violation(TOO_BIG, "a message may have " + messageBytesMax + " bytes");
        }
        inMessage = true;
        return Optional.empty();
    }

    private Optional<Received> data(ByteString data, boolean last) {
        if (discarding) {
            return Optional.empty();
        }
        byte[] bytes = data.toArrayUnsafe();
        boolean whole = last && fin && !isControl() && message.size() == 0;
        if (whole) {
            inMessage = false;
            return Optional.of(new Received.Message(unmasked(bytes)));
        }
        ByteArrayOutputStream target = isControl() ? control : message;
        target.writeBytes(unmasked(bytes));
        if (!last) {
            return Optional.empty();
        }
        return isControl() ? control() : fin ? joined() : Optional.empty();
    }

    private byte[] unmasked(byte[] masked) {
        byte[] clear = new byte[masked.length];
        for (int i = 0; i < masked.length; i++) {
            clear[i] = (byte) (masked[i] ^ (mask >>> (24 - 8 * ((maskOffset + i) & 3))));
        }
        maskOffset = (maskOffset + masked.length) & 3;
        return clear;
    }

    private Optional<Received> joined() {
        byte[] bytes = message.toByteArray();
        message.reset();
        inMessage = false;
        return Optional.of(new Received.Message(bytes));
    }

    private Optional<Received> control() {
        byte[] payload = control.toByteArray();
        if (opcode == PING) {
            return Optional.of(new Received.Ping(payload));
        }
        return opcode == PONG ? Optional.empty() : Optional.of(close(payload));
    }

    private static Received close(byte[] payload) {
        if (payload.length == 0) {
            return new Received.Close(NO_CODE);
        }
        if (payload.length == 1) {
            return new Received.Violation(PROTOCOL_ERROR, "half a close code");
        }
        int code = ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        boolean assigned = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
        if (!assigned && (code < 3000 || code > 4999)) {
            return new Received.Violation(PROTOCOL_ERROR, "not a close code");
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload, 2, payload.length - 2));
        } catch (CharacterCodingException e) {
            return new Received.Violation(1007, "the close reason is not UTF-8");
        }
        return new Received.Close(code);
    }

    private static Optional<Received> violation(int code, String text) {
        return Optional.of(new Received.Violation(code, text));
    }

    static FrameEvent binary(byte[] bytes) {
        return full(BINARY, ByteString.fromArrayUnsafe(bytes));
    }

    static FrameEvent pong(byte[] payload) {
        return full(PONG, ByteString.fromArrayUnsafe(payload));
    }

    /** A close frame; the reason is cut to what a control frame holds. */
    static FrameEvent close(int code, String reason) {
        String text = reason.length() > 120 ? reason.substring(0, 120) : reason;
        return code == NO_CODE
                ? full(CLOSE, ByteString.emptyByteString())
                : FrameEvent.closeFrame(code, text, Option.empty());
    }

    private static FrameEvent full(int opcode, ByteString data) {
        return FrameEvent.fullFrame(
                Protocol.Opcode$.MODULE$.forCode((byte) opcode), Option.empty(), data, true, false, false, false);
    }
}
