package io.topgun.loadtests.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Redis' serialization protocol, version 2: a frame is a whole reply, with its type and line ends. */
public final class RespFraming implements Framing {
    private static final byte[] CRLF = {'\r', '\n'};

    private boolean open;

    @Override
    public byte[] opening() {
        return command("PING".getBytes(StandardCharsets.US_ASCII)).array();
    }

    @Override
    public void read(ByteBuffer came, Sink sink) throws IOException {
        for (int end = end(came, came.position()); end >= 0; end = end(came, came.position())) {
            if (open) {
                sink.received(came.slice(came.position(), end - came.position()));
            } else {
                open = true;
                sink.opened();
            }
            came.position(end);
        }
    }

    /** Where the reply that begins here ends; -1 if it is not all there. */
    private static int end(ByteBuffer came, int start) throws IOException {
        int line = start;
        while (line < came.limit() && came.get(line) != '\n') {
            line++;
        }
        if (line >= came.limit()) {
            return -1;
        }
        int behind = line + 1;
        return switch (came.get(start)) {
            case '+', ':' -> behind;
            case '$' -> endOfBulk(came, behind, number(came, start + 1, line - 1));
            case '*' -> endOfArray(came, behind, number(came, start + 1, line - 1));
            default ->
                throw new IOException("Redis: " + StandardCharsets.ISO_8859_1.decode(came.slice(start, line - start)));
        };
    }

    private static int endOfBulk(ByteBuffer came, int start, int length) {
        int end = length < 0 ? start : start + length + CRLF.length;
        return end <= came.limit() ? end : -1;
    }

    private static int endOfArray(ByteBuffer came, int start, int count) throws IOException {
        int at = start;
        for (int i = 0; i < count && at >= 0; i++) {
            at = end(came, at);
        }
        return at;
    }

    /** Tells the bulk strings of a reply in their order. */
    public static void forEachBulk(ByteBuffer reply, Consumer<ByteBuffer> bulks) {
        for (int at = reply.position(); at < reply.limit(); ) {
            int line = at;
            while (reply.get(line) != '\n') {
                line++;
            }
            int behind = line + 1;
            if (reply.get(at) == '$') {
                int length = number(reply, at + 1, line - 1);
                if (length >= 0) {
                    bulks.accept(reply.slice(behind, length));
                    behind += length + CRLF.length;
                }
            }
            at = behind;
        }
    }

    private static int number(ByteBuffer came, int start, int end) {
        return Integer.parseInt(StandardCharsets.US_ASCII.decode(came.slice(start, end - start)), 0, end - start, 10);
    }

    /** A frame is one command or several, encoded already. */
    @Override
    public ByteBuffer frame(ByteBuffer payload) {
        return payload;
    }

    /** A command with its arguments. */
    public static ByteBuffer command(byte[]... words) {
        int bytes = 16;
        for (byte[] word : words) {
            bytes += word.length + 16;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes);
        append(out, words);
        ByteBuffer exact = ByteBuffer.allocate(out.position());
        return exact.put(out.flip()).flip();
    }

    /** Appends a command to others. */
    public static void append(ByteBuffer out, byte[]... words) {
        line(out, '*', words.length);
        for (byte[] word : words) {
            line(out, '$', word.length);
            out.put(word).put(CRLF);
        }
    }

    private static void line(ByteBuffer out, char type, int number) {
        out.put((byte) type)
                .put(Integer.toString(number).getBytes(StandardCharsets.US_ASCII))
                .put(CRLF);
    }
}
