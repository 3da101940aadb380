package io.topgun.protocol;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Server side of one WebSocket (RFC 6455), frame by frame, so that a test decides how each is cut. */
final class FramePeer implements AutoCloseable {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<Socket> accepted = new CompletableFuture<>();

    FramePeer() throws IOException {
        // Of a virtual thread that accepts, the server would go on listening until that runs again.
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Socket socket = server.accept();
                handshake(socket);
                accepted.complete(socket);
            } catch (IOException | NoSuchAlgorithmException e) {
                accepted.completeExceptionally(e);
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    private static void handshake(Socket socket) throws IOException, NoSuchAlgorithmException {
        String key = "";
        for (String line = line(socket); !line.isEmpty(); line = line(socket)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
                key = line.substring(line.indexOf(':') + 1).trim();
            }
        }
        byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
        String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Protocol: topgun.1\r\nSec-WebSocket-Accept: "
                + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n";
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    }

    private static String line(Socket socket) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = socket.getInputStream().read();
                c != '\n' && c >= 0;
                c = socket.getInputStream().read()) {
            line.write(c);
        }
        return line.toString(StandardCharsets.US_ASCII).trim();
    }

    void send(int head, byte[] payload) throws IOException {
        send(head, payload, 0, payload.length);
    }

    /** Sends a range as one frame; the head is the fin bit and the opcode. */
    void send(int head, byte[] payload, int from, int to) throws IOException {
        int length = to - from;
        OutputStream out = accepted.join().getOutputStream();
        out.write(head);
        if (length < 126) {
            out.write(length);
        } else {
            out.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) length >>> shift));
            }
        }
        out.write(payload, from, length);
        out.flush();
    }

    /** Payload of the next frame of the client. */
    byte[] nextFrame() throws IOException {
        DataInputStream in = new DataInputStream(accepted.join().getInputStream());
        in.readByte();
        int length = in.readByte() & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return Arrays.copyOf(payload, length);
    }

    /** Ends the connection without a close frame. */
    void drop() throws IOException {
        accepted.join().close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (accepted.isDone() && !accepted.isCompletedExceptionally()) {
            accepted.join().close();
        }
    }
}
