package io.topgun.loadtests.fanout;

import io.topgun.loadtests.net.Framing;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The connections of a broadcaster's groups, read by one thread. */
final class Listeners implements AutoCloseable {
    private static final Duration JOIN_MAX = Duration.ofMinutes(1);

    private final Sockets sockets;
    private final List<Link> links = new ArrayList<>();

    Listeners(String name) throws IOException {
        sockets = new Sockets(name);
    }

    /** One end of a connection; done once it has all that was agreed on at the beginning. */
    abstract static class Listener implements Link.Handler {
        private final CompletableFuture<Void> joined = new CompletableFuture<>();

        void joined() {
            joined.complete(null);
        }

        /** Bytes that its socket takes when nobody reads them; 0: as the machine has it. */
        int receiveBytes() {
            return 0;
        }

        final CompletableFuture<Void> whenJoined() {
            return joined;
        }

        @Override
        public void onLost(Link link, IOException why) {
            if (!joined.completeExceptionally(why)) {
                throw new IllegalStateException("A connection was lost", why);
            }
        }
    }

    /** One that only sends. What a server answers it is counted by those who get what was sent. */
    static final class Sender extends Listener {
        @Override
        public void onOpen(Link link) {
            joined();
        }

        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            // an answer
        }
    }

    /** Gets raw payloads, the number first. */
    static final class RawListener extends Listener {
        private final Group group;
        private final int subscriber;

        RawListener(Group group, int subscriber) {
            this.group = group;
            this.subscriber = subscriber;
        }

        @Override
        int receiveBytes() {
            return group.receiveBytes(subscriber);
        }

        @Override
        public void onOpen(Link link) {
            group.opened(subscriber, link);
            joined();
        }

        @Override
        public void onFrame(Link link, ByteBuffer frame) {
            group.framed();
            group.received(subscriber, frame.getLong());
        }
    }

    /** A payload with a number. */
    static ByteBuffer payload(long number) {
        return payload(number, Broadcaster.PAYLOAD_BYTES);
    }

    /** A payload of so many bytes with a number. */
    static ByteBuffer payload(long number, int bytes) {
        return ByteBuffer.allocate(bytes).putLong(0, number);
    }

    /** Connects one who has joined when this returns. */
    Link connect(InetSocketAddress address, Framing framing, Listener listener)
            throws IOException, InterruptedException {
        Link link = sockets.connect(address, framing, listener);
        links.add(link);
        await(List.of(listener));
        return link;
    }

    /** Connects all subscribers of a group, who have joined when this returns. */
    void connectAll(InetSocketAddress address, Supplier<Framing> framing, List<? extends Listener> listeners)
            throws IOException, InterruptedException {
        for (Listener listener : listeners) {
            int bytes = listener.receiveBytes();
            links.add(
                    bytes == 0
                            ? sockets.connect(address, framing.get(), listener)
                            : sockets.connectNarrow(address, framing.get(), listener, bytes));
        }
        await(listeners);
    }

    /** Connects one who joins later. */
    void begin(InetSocketAddress address, Framing framing, Listener listener) throws IOException {
        links.add(sockets.connect(address, framing, listener));
    }

    /** Bytes of all connections so far, both ways. */
    long bytes() {
        return links.stream().mapToLong(Link::bytes).sum();
    }

    /** Returns once all of them have joined. */
    static void await(List<? extends Listener> listeners) throws IOException, InterruptedException {
        try {
            CompletableFuture.allOf(listeners.stream().map(Listener::whenJoined).toArray(CompletableFuture<?>[]::new))
                    .get(JOIN_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("Not all could join", e);
        }
    }

    @Override
    public void close() throws IOException {
        links.forEach(Link::close);
        sockets.close();
    }
}
