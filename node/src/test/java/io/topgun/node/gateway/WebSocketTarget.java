package io.topgun.node.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.topgun.node.fuzz.Target;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A stream of bytes that should be WebSocket frames, in two pieces. Whoever follows RFC 6455 gets their messages, whoever does not is told
 * so, and nothing is handed out of what is too large or comes behind a violation.
 */
public final class WebSocketTarget implements Target {
    private static final int MESSAGE_BYTES_MAX = 48;

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
        EmbeddedChannel channel = WebSocketFramesTest.channel(MESSAGE_BYTES_MAX);
        int cut = bytes.length / 2;
        channel.writeInbound(Unpooled.wrappedBuffer(bytes, 0, cut));
        channel.writeInbound(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));
        List<byte[]> sent = messages(bytes);
        int count = 0;
        boolean violated = false;
        for (WebSocketFrames.Received received = channel.readInbound();
                received != null;
                received = channel.readInbound()) {
            if (received instanceof WebSocketFrames.Received.Message message) {
                check(!violated && message.bytes().length <= MESSAGE_BYTES_MAX, "handed out too much");
                check(count < sent.size() && Arrays.equals(sent.get(count++), message.bytes()), "not what was sent");
            }
            violated |= received instanceof WebSocketFrames.Received.Violation;
        }
        check(violated || count == sent.size(), "a message was lost");
        channel.finishAndReleaseAll();
        return !violated;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** What the data frames join to, by their lengths and fin bits alone; up to a close or a frame that is not whole. */
    private static List<byte[]> messages(byte[] bytes) {
        List<byte[]> messages = new ArrayList<>();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.remaining() >= 2) {
            int first = in.get();
            int second = in.get();
            int wide = (second & 0x7f) == 126 ? 2 : (second & 0x7f) == 127 ? 8 : 0;
            int masked = second < 0 ? 4 : 0;
            if (in.remaining() < wide + masked) {
                break;
            }
            long length = wide == 2 ? in.getShort() & 0xffff : wide == 8 ? in.getLong() : second & 0x7f;
            int mask = masked == 0 ? 0 : in.getInt();
            if (length < 0 || length > in.remaining()) {
                break;
            }
            byte[] payload = new byte[(int) length];
            in.get(payload);
            if ((first & 0xf) == 8) {
                break; // nothing counts behind a close
            }
            boolean isControl = (first & 0x8) != 0;
            for (int i = 0; i < payload.length && !isControl; i++) {
                message.write(payload[i] ^ (mask >>> (24 - 8 * (i & 3))));
            }
            if (!isControl && first < 0) {
                messages.add(message.toByteArray());
                message.reset();
            }
        }
        return messages;
    }
}
