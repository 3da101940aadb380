package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireClientTest {
    private static final Message.Hello HELLO = Message.Hello.of("w1", Optional.empty(), VectorCells.MS, "test");
    private FramePeer peer;
    private Received received;

    /** Keeps what arrives. */
    private static final class Received implements WireClient.Listener {
        final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> closeCode = new CompletableFuture<>();

        @Override
        public void onMessage(Message message) {
            messages.add(message);
        }

        @Override
        public void onClosed(int code, String reason) {
            closeCode.complete(code);
        }

        Message next() throws InterruptedException {
            return Optional.ofNullable(messages.poll(10, TimeUnit.SECONDS)).orElseThrow();
        }
    }

    @BeforeEach
    void listen() throws IOException {
        peer = new FramePeer();
        received = new Received();
    }

    @AfterEach
    void stop() throws IOException {
        peer.close();
    }

    private WireClient connect() throws IOException {
        return WireClient.connect(URI.create("ws://127.0.0.1:" + peer.port() + "/sync"), HELLO, received);
    }

    @Test
    void shouldGreetFirstWhenConnected() throws Exception {
        try (WireClient client = connect()) {
            client.send(new Message.Ping(1), new Message.Ping(2)).get(10, TimeUnit.SECONDS);
            assertEquals(List.of(HELLO), MessageCodec.decode(peer.nextFrame(), Limits.defaults()));
            assertEquals(
                    List.of(new Message.Ping(1), new Message.Ping(2)),
                    MessageCodec.decode(peer.nextFrame(), Limits.defaults()));
        }
    }

    @Test
    void shouldPutMessageTogetherWhenItComesInPieces() throws Exception {
        Message large = new Message.Error(ErrorCode.STALE, "x".repeat(300_000), OptionalLong.of(1));
        try (WireClient client = connect()) {
            byte[] frame = MessageCodec.encode(large);
            peer.send(0x02, frame, 0, 10);
            peer.send(0x00, frame, 10, 200_000);
            peer.send(0x80, frame, 200_000, frame.length);
            peer.send(0x82, MessageCodec.encode(new Message.Synced(4)));
            assertEquals(large, received.next());
            assertEquals(new Message.Synced(4), received.next());
            assertEquals(0, received.messages.size(), client::toString);
        }
    }

    @Test
    void shouldKeepOrderWhenManyFramesAreSentAtOnce() throws Exception {
        int frames = 500; // more than may be on their way
        try (WireClient client = connect()) {
            for (int i = 0; i < frames; i++) {
                var unused = client.send(new Message.Ping(i));
            }
            assertEquals(List.of(HELLO), MessageCodec.decode(peer.nextFrame(), Limits.defaults()));
            for (int i = 0; i < frames; i++) {
                assertEquals(List.of(new Message.Ping(i)), MessageCodec.decode(peer.nextFrame(), Limits.defaults()));
            }
        }
    }

    @Test
    void shouldCloseWithMalformedWhenFrameIsNotOne() throws Exception {
        try (WireClient client = connect()) {
            peer.send(0x82, new byte[] {0x01});
            assertEquals(4400, received.closeCode.get(10, TimeUnit.SECONDS), client::toString);
        }
    }

    @Test
    void shouldReportCloseCodeWhenPeerCloses() throws Exception {
        try (WireClient client = connect()) {
            peer.send(0x88, new byte[] {0x11, 0x31});
            assertEquals(4401, received.closeCode.get(10, TimeUnit.SECONDS), client::toString);
        }
    }

    @Test
    void shouldFailSendsWhenConnectionIsLost() throws Exception {
        try (WireClient client = connect()) {
            peer.drop();
            assertEquals(1006, received.closeCode.get(10, TimeUnit.SECONDS));
            assertThrows(
                    ExecutionException.class,
                    () -> client.send(new Message.Ping(1)).get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldRefuseToConnectWhenNobodyListens() throws Exception {
        peer.close();
        assertThrows(IOException.class, this::connect);
    }
}
