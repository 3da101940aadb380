package io.topgun.node;

import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Client side of one WebSocket on a bare socket, so that a test may break every rule. */
final class RawPeer implements AutoCloseable {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int FIN = 0x80;
    static final int CLOSE = 8;
    private static final int PONG = 10;
    /** Longer than a cluster is silent while it finds out that a node is gone, which takes it some 20 s. */
    private static final int SILENCE_MS_MAX = 90_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final ArrayDeque<Message> received = new ArrayDeque<>();
    private Optional<Message.Store> store = Optional.empty();
    private Optional<Integer> closeCode = Optional.empty();

    /** Opens a WebSocket. */
    RawPeer(int port, String... headers) throws IOException {
        this(port, 1 << 16, headers);
    }

    private RawPeer(int port, int receiveBufferBytes, String... headers) throws IOException {
        socket.setReceiveBufferSize(receiveBufferBytes);
        socket.setSoTimeout(SILENCE_MS_MAX);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        String answer = request(
                "/sync",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: topgun.1\r\n"
                        + String.join("", headers));
        if (!answer.startsWith("HTTP/1.1 101")) {
            throw new IOException(answer);
        }
    }

    /** A greeted connection whose kernel takes little that it does not read. */
    static RawPeer narrow(int port, String writer) throws IOException {
        RawPeer peer = new RawPeer(port, 4096);
        peer.greet(hello(writer));
        return peer;
    }

    static RawPeer greeted(int port, String writer) throws IOException {
        RawPeer peer = new RawPeer(port);
        peer.greet(hello(writer));
        return peer;
    }

    static Message.Hello hello(String writer) {
        return Message.Hello.of(writer, Optional.empty(), System.currentTimeMillis(), "test");
    }

    private void greet(Message hello) throws IOException {
        send(hello);
        expect(Message.Welcome.class);
        store = Optional.of(expect(Message.Store.class));
    }

    /** The store that its positions are of. */
    Message.Store store() {
        return store.orElseThrow();
    }

    /** Sends a GET by hand; returns the head of the answer. */
    private String request(String path, String headers) throws IOException {
        String head = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + socket.getPort() + "\r\n" + headers + "\r\n";
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (!answer.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            answer.write(next);
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    void send(Message... messages) throws IOException {
        CborWriter frame = new CborWriter();
        for (Message message : messages) {
            MessageCodec.encode(message, frame);
        }
        send(frame.toByteArray());
    }

    /** Sends a binary message. */
    void send(byte[] message) throws IOException {
        frame(FIN | BINARY, message);
    }

    /** Sends a frame; the head is the fin and reserved bits and the opcode. */
    void frame(int head, byte[] payload) throws IOException {
        raw(toFrame(head, payload));
    }

    /** A frame's bytes, for several to be sent as one piece. */
    static byte[] toFrame(int head, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) head);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65536) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        int mask = 0x1f2e3d4c;
        frame.putInt(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ (mask >>> (24 - 8 * (i & 3)))));
        }
        return java.util.Arrays.copyOf(frame.array(), frame.position());
    }

    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** The next message; empty when the node has closed. */
    Optional<Message> next() throws IOException {
        while (received.isEmpty() && closeCode.isEmpty()) {
            readFrame();
        }
        return Optional.ofNullable(received.poll());
    }

    private void readFrame() throws IOException {
        int head = in.readUnsignedByte();
        long length = in.readUnsignedByte();
        length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        byte[] payload = in.readNBytes((int) length);
        switch (head & 0xf) {
            case BINARY -> received.addAll(MessageCodec.decode(payload, Limits.defaults()));
            case CLOSE ->
                closeCode = Optional.of(
                        payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff);
            case PONG -> {}
            default -> throw new IOException("a frame of head " + head);
        }
    }

    /** The next message, which must be of this type. */
    <T extends Message> T expect(Class<T> type) throws IOException {
        Message message = next().orElseThrow(() -> new IOException("closed: " + closeCode));
        if (!type.isInstance(message)) {
            throw new IOException("not a " + type.getSimpleName() + " but " + message);
        }
        return type.cast(message);
    }

    /** Reads until the node closes; returns the messages before that. */
    List<Message> untilClosed() throws IOException {
        List<Message> messages = new ArrayList<>();
        for (Optional<Message> message = next(); message.isPresent(); message = next()) {
            messages.add(message.get());
        }
        return messages;
    }

    /** The code of the node's close frame, once it came. */
    int closeCode() {
        return closeCode.orElse(-1);
    }

    /** Waits for the node to end the connection; false if it says more. */
    boolean isAtItsEnd() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
