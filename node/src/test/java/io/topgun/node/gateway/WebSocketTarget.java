package io.topgun.node.gateway;

import io.topgun.node.fuzz.Target;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.impl.engine.ws.FrameData;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.util.ByteString;
import scala.Option;

/**
 * A stream of WebSocket frames, as the parser below {@link WebSocketFrames} hands them out: the head of RFC 6455 from the bytes, the
 * payload in two pieces. Whoever follows the rules gets their messages, whoever does not is told so, and nothing is kept of what is too
 * large.
 */
public final class WebSocketTarget implements Target {
    private static final int MESSAGE_BYTES_MAX = 48;
    private static final int CONTROL_BYTES_MAX = 125;

    @Override
    public List<byte[]> seeds() {
        return List.of(
                seed("8281aabbccdd10"),
                seed("0283aabbccdd101112" + "0082aabbccdd1314" + "8080aabbccdd"),
                seed("0281aabbccdd10" + "8984aabbccdd01020304" + "8081aabbccdd11"),
                seed("8980aabbccdd" + "8a80aabbccdd" + "8882000000000fa0"),
                seed("8882" + "00000000" + "03e8" + "8281aabbccdd10"),
                seed("029eaabbccdd" + "00".repeat(30) + "8082aabbccdd0000" + "8980aabbccdd".repeat(10)),
                seed("8880aabbccdd" + "8286aabbccdd010203040506"));
    }

    private static byte[] seed(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public boolean take(byte[] bytes) {
        WebSocketFrames frames = new WebSocketFrames(MESSAGE_BYTES_MAX);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Sent sent = new Sent();
        while (in.remaining() >= 2) {
            FrameHeader header = header(in);
            byte[] payload = new byte[(int) Math.min(header.length(), in.remaining())];
            in.get(payload);
            sent.add(header, payload);
            int cut = header.length() < 2 ? payload.length : payload.length / 2;
            sent.check(frames.onEvent(new FrameStart(header, piece(payload, 0, cut))));
            if (cut < header.length()) {
                boolean last = payload.length == header.length();
                sent.check(frames.onEvent(new FrameData(piece(payload, cut, payload.length), last)));
            }
            if (frames.bufferedBytes() > MESSAGE_BYTES_MAX + CONTROL_BYTES_MAX) {
                throw new IllegalStateException(frames.bufferedBytes() + " bytes are kept");
            }
        }
        return !sent.violated;
    }

    /** What a receiver has to make of the frames so far. */
    private static final class Sent {
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private boolean violated;

        void add(FrameHeader header, byte[] payload) {
            if (header.opcode().code() >= 8) {
                return;
            }
            if (header.opcode().code() != 0) {
                message.reset();
            }
            int mask = header.mask().isEmpty() ? 0 : (Integer) header.mask().get();
            for (int i = 0; i < payload.length; i++) {
                message.write(payload[i] ^ (mask >>> (24 - 8 * (i & 3))));
            }
        }

        void check(Optional<WebSocketFrames.Received> received) {
            if (received.isEmpty()) {
                return;
            }
            switch (received.get()) {
                case WebSocketFrames.Received.Message whole -> {
                    boolean tooLarge = whole.bytes().length > MESSAGE_BYTES_MAX;
                    if (violated || tooLarge || !Arrays.equals(message.toByteArray(), whole.bytes())) {
                        throw new IllegalStateException("A message that was not sent, or is too large");
                    }
                }
                case WebSocketFrames.Received.Violation violation -> violated = true;
                case WebSocketFrames.Received.Ping ping -> {}
                case WebSocketFrames.Received.Close close -> {}
            }
        }
    }

    private static FrameHeader header(ByteBuffer in) {
        int head = in.get();
        int second = in.get();
        long length = second & 0x7f;
        if (length == 126 && in.remaining() >= 2) {
            length = in.getShort() & 0xffff;
        } else if (length == 127 && in.remaining() >= 8) {
            length = in.getLong() & Long.MAX_VALUE;
        }
        boolean masked = second < 0 && in.remaining() >= 4;
        return new FrameHeader(
                Protocol.Opcode$.MODULE$.forCode((byte) (head & 0xf)),
                masked ? Option.apply((Object) in.getInt()) : Option.empty(),
                length,
                head < 0,
                (head & 0x40) != 0,
                (head & 0x20) != 0,
                (head & 0x10) != 0);
    }

    private static ByteString piece(byte[] payload, int from, int to) {
        return ByteString.fromArray(Arrays.copyOfRange(payload, from, to));
    }
}
