package io.topgun.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a node that sends and receives messages and knows nothing else of the protocol.
 * The next frame is asked for when the listener has returned from the last one, so a slow listener
 * slows the node; {@link #send} waits while {@value #OUTSTANDING_MAX} frames are on their way.
 */
public final class WireClient implements AutoCloseable {
    private static final int OUTSTANDING_MAX = 64;
    private static final int FRAME_BYTES_MAX = 16 << 20;
    private static final int CLOSED_ABNORMALLY = 1006;

    private static final CompletableFuture<WebSocket> OVER =
            CompletableFuture.failedFuture(new IOException("The connection is closed"));

    private final Listener listener;
    private final Semaphore outstanding = new Semaphore(OUTSTANDING_MAX);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final WebSocket socket;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    /** Takes what arrives, one call at a time. */
    public interface Listener {
        void onMessage(Message message);

        /** The connection is over; called once. */
        void onClosed(int code, String reason);
    }

    private static final class Http {
        static final HttpClient CLIENT = HttpClient.newHttpClient();
    }

    private WireClient(HttpClient http, URI uri, Listener listener) throws IOException {
        this.listener = listener;
        CompletableFuture<WebSocket> opening = http.newWebSocketBuilder()
                .subprotocols("topgun.1")
                .connectTimeout(Duration.ofSeconds(10))
                .buildAsync(uri, new Frames());
        try {
            this.socket = opening.join();
        } catch (CompletionException e) {
            throw new IOException("No connection to " + uri, e.getCause());
        }
    }

    /** Opens a connection and greets. */
    public static WireClient connect(URI uri, Message.Hello hello, Listener listener) throws IOException {
        return connect(Http.CLIENT, uri, hello, listener);
    }

    /** Opens a connection by this HTTP client and greets. */
    public static WireClient connect(HttpClient http, URI uri, Message.Hello hello, Listener listener)
            throws IOException {
        WireClient client = new WireClient(http, uri, listener);
        var unused = client.send(hello);
        client.socket.request(1);
        return client;
    }

    /** Sends messages as one frame; the future is done when the frame is with the operating system. */
    public CompletableFuture<Void> send(Message... messages) {
        CborWriter out = new CborWriter();
        for (Message message : messages) {
            MessageCodec.encode(message, out);
        }
        return sendFrame(ByteBuffer.wrap(out.buffer(), 0, out.size()));
    }

    /** Sends a frame that is encoded already. */
    public CompletableFuture<Void> sendFrame(ByteBuffer frame) {
        outstanding.acquireUninterruptibly();
        return inTurn(() -> socket.sendBinary(frame, true)).whenComplete((done, failure) -> outstanding.release());
    }

    private interface Sending {
        CompletableFuture<WebSocket> begin();
    }

    /** The socket takes one frame at a time: each begins when the one before is out. */
    private synchronized CompletableFuture<Void> inTurn(Sending sending) {
        CompletableFuture<Void> next =
                last.thenCompose(done -> closed.get() ? OVER : sending.begin()).thenApply(done -> null);
        last = next;
        return next;
    }

    /** Closes when everything before is out; at once if that failed. */
    @Override
    public void close() {
        var unused = inTurn(() -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""))
                .exceptionally(failure -> {
                    socket.abort();
                    return null;
                });
    }

    /** Drops the connection, as a crash would. */
    public void abort() {
        socket.abort();
        closed(CLOSED_ABNORMALLY, "Aborted");
    }

    private void closed(int code, String reason) {
        if (closed.compareAndSet(false, true)) {
            listener.onClosed(code, reason);
        }
    }

    /** Puts the pieces of a message together and hands out what is in it. */
    private final class Frames implements WebSocket.Listener {
        private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();

        @Override
        public void onOpen(WebSocket socket) {
            // The first frame is asked for once the greeting is on its way.
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean isLast) {
            if (pieces.size() + data.remaining() > FRAME_BYTES_MAX) {
                return fail(socket, 1009, "Frame too large");
            }
            byte[] piece = new byte[data.remaining()];
            data.get(piece);
            pieces.writeBytes(piece);
            if (isLast) {
                List<Message> messages;
                try {
                    messages = MessageCodec.decode(pieces.toByteArray(), Limits.STATE);
                } catch (ProtocolException e) {
                    return fail(socket, 4400, String.valueOf(e.getMessage()));
                }
                pieces.reset();
                messages.forEach(listener::onMessage);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
            return fail(socket, 1003, "Text frame");
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed(code, reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed(CLOSED_ABNORMALLY, String.valueOf(error.getMessage()));
        }

        private @Nullable CompletionStage<?> fail(WebSocket socket, int code, String reason) {
            var unused = socket.sendClose(code, reason);
            closed(code, reason);
            return null;
        }
    }
}
