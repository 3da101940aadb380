package io.topgun.node.imports;

import io.topgun.protocol.Message;
import io.topgun.protocol.WireClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One connection whose messages wait for the import's own thread. */
final class Link implements AutoCloseable {
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final WireClient client;

    /** What comes from the connection. */
    sealed interface Event {
        record Received(Message message) implements Event {}

        /** The last one. */
        record Lost(int code, String reason) implements Event {}
    }

    Link(URI url, Message.Hello hello) throws IOException {
        client = WireClient.connect(url, hello, new WireClient.Listener() {
            @Override
            public void onMessage(Message message) {
                events.add(new Event.Received(message));
            }

            @Override
            public void onClosed(int code, String reason) {
                events.add(new Event.Lost(code, reason));
            }
        });
    }

    void send(Message message) {
        var unused = client.send(message); // if it fails, the connection is lost and says so
    }

    /** The next event, waiting for it up to a time. */
    Optional<Event> poll(Duration wait) throws InterruptedException {
        return Optional.ofNullable(events.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
        client.close();
    }
}
