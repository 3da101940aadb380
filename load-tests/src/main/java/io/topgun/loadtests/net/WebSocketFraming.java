package io.topgun.loadtests.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** The client's side of RFC 6455: what a server under test sends, not what it might. */
public final class WebSocketFraming implements Framing {
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private final URI uri;
    private final String subprotocol;
    private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();
    private boolean open;

    /** For an address and a subprotocol, which may be empty. */
    public WebSocketFraming(URI uri, String subprotocol) {
        this.uri = uri;
        this.subprotocol = subprotocol;
    }

    @Override
    public byte[] opening() {
        byte[] key = new byte[16];
        ThreadLocalRandom.current().nextBytes(key);
        String request = "GET " + uri.getPath() + " HTTP/1.1\r\nHost: " + uri.getAuthority()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + Base64.getEncoder().encodeToString(key)
                + (subprotocol.isEmpty() ? "" : "\r\nSec-WebSocket-Protocol: " + subprotocol) + "\r\n\r\n";
        return request.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void read(ByteBuffer came, Sink sink) throws IOException {
        if (!open) {
            if (!takeAnswer(came)) {
                return;
            }
            open = true;
            sink.opened();
        }
        for (int length = frameLength(came); length >= 0; length = frameLength(came)) {
            int next = came.position() + length;
            take(came, next, sink);
            came.position(next);
        }
    }

    private static boolean takeAnswer(ByteBuffer came) throws IOException {
        String text = StandardCharsets.ISO_8859_1.decode(came.duplicate()).toString();
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        if (!text.startsWith("HTTP/1.1 101")) {
            throw new IOException("No WebSocket: " + text);
        }
        came.position(came.position() + end + 4);
        return true;
    }

    /** Bytes of the frame at the front with its header; -1 if it is not all there. */
    private static int frameLength(ByteBuffer came) {
        int at = came.position();
        int there = came.remaining();
        if (there < 2) {
            return -1;
        }
        int length = came.get(at + 1) & 0x7f;
        long whole = 2L + length;
        if (length == LENGTH_16) {
            whole = there < 4 ? Long.MAX_VALUE : 4L + (came.getShort(at + 2) & 0xffff);
        } else if (length == LENGTH_64) {
            whole = there < 10 ? Long.MAX_VALUE : 10L + came.getLong(at + 2);
        }
        return whole <= there ? (int) whole : -1;
    }

    private void take(ByteBuffer came, int end, Sink sink) throws IOException {
        int head = came.get() & 0xff;
        int length = came.get() & 0x7f;
        came.position(came.position() + (length == LENGTH_16 ? 2 : length == LENGTH_64 ? 8 : 0));
        ByteBuffer payload = came.slice(came.position(), end - came.position());
        switch (head & 0xf) {
            case PING -> sink.reply(frame(PONG, payload));
            case PONG -> {}
            case CLOSE -> throw new IOException("Closed" + (length < 2 ? "" : " with " + payload.getShort()));
            default -> data((head & FIN) != 0, payload, sink);
        }
    }

    private void data(boolean last, ByteBuffer payload, Sink sink) {
        if (last && fragments.size() == 0) {
            sink.received(payload);
            return;
        }
        byte[] piece = new byte[payload.remaining()];
        payload.get(piece);
        fragments.writeBytes(piece);
        if (last) {
            byte[] whole = fragments.toByteArray();
            fragments.reset();
            sink.received(ByteBuffer.wrap(whole));
        }
    }

    @Override
    public ByteBuffer frame(ByteBuffer payload) {
        return frame(BINARY, payload);
    }

    private static ByteBuffer frame(int opcode, ByteBuffer payload) {
        int length = payload.remaining();
        ByteBuffer out = ByteBuffer.allocate(length + 14).put((byte) (FIN | opcode));
        if (length < LENGTH_16) {
            out.put((byte) (MASKED | length));
        } else if (length <= 0xffff) {
            out.put((byte) (MASKED | LENGTH_16)).putShort((short) length);
        } else {
            out.put((byte) (MASKED | LENGTH_64)).putLong(length);
        }
        int mask = ThreadLocalRandom.current().nextInt();
        out.putInt(mask);
        ByteBuffer in = payload.duplicate();
        while (in.remaining() >= 4) {
            out.putInt(in.getInt() ^ mask);
        }
        for (int shift = 24; in.hasRemaining(); shift -= 8) {
            out.put((byte) (in.get() ^ (mask >>> shift)));
        }
        return out.flip();
    }
}
