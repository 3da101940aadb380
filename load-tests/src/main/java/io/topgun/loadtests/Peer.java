package io.topgun.loadtests;

import io.topgun.protocol.Message;
import io.topgun.protocol.WireClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client's connection for one thread: greeted, its messages in a queue, its loss an exception. */
public final class Peer implements AutoCloseable {
    private final BlockingQueue<Optional<Message>> inbox = new LinkedBlockingQueue<>();
    private final Duration patience;
    private final WireClient client;

    /** Connects and greets. */
    public Peer(URI sync, String writer) throws IOException, InterruptedException {
        this(sync, writer, Duration.ofSeconds(30));
    }

    /** Connects and greets, and takes the connection for lost when nothing comes for so long. */
    public Peer(URI sync, String writer, Duration patience) throws IOException, InterruptedException {
        this.patience = patience;
        Message.Hello hello =
                Message.Hello.of(writer, Optional.empty(), System.currentTimeMillis(), "topgun-load-tests");
        client = WireClient.connect(sync, hello, new WireClient.Listener() {
            @Override
            public void onMessage(Message message) {
                inbox.add(Optional.of(message));
            }

            @Override
            public void onClosed(int code, String reason) {
                inbox.add(Optional.empty());
            }
        });
        if (!(receive() instanceof Message.Welcome)) {
            throw new IOException("Not greeted");
        }
    }

    public void send(Message message) {
        var unused = client.send(message); // if it fails, the connection is lost and says so
    }

    /**
     * The next message.
     *
     * @throws IOException if the connection is gone, or nothing comes in time
     */
    public Message receive() throws IOException, InterruptedException {
        Optional<Message> message = inbox.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (message == null) {
            throw new IOException("Nothing came for " + patience);
        }
        if (message.isPresent() && message.get() instanceof Message.Error error) {
            throw new IOException(error.code() + ": " + error.text());
        }
        return message.orElseThrow(() -> new IOException("The connection is gone"));
    }

    @Override
    public void close() {
        client.close();
    }
}
