package io.topgun.node.imports;

import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Message;
import io.topgun.protocol.ProtocolException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The way to the node, made again when it breaks, with a limit to how long it stays broken. */
final class Uplink implements AutoCloseable {
    private static final Duration GREETING = Duration.ofSeconds(10);
    /** For the first connection, when a wrong address is more likely than a node that restarts. */
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);

    private static final Duration ANSWER = Duration.ofMinutes(5);
    private static final long PING_AFTER_NANOS = Duration.ofSeconds(15).toNanos();
    private static final long LOST_AFTER_NANOS = Duration.ofSeconds(25).toNanos();

    private final URI url;
    private final Optional<String> token;
    private final String writer;
    private final Backoff backoff = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5));
    private Optional<Link> link = Optional.empty();
    private long downSinceNanos = System.nanoTime();
    private long heardNanos;
    private OptionalLong pinged = OptionalLong.empty();
    private String why = "no answer";

    Uplink(URI url, Optional<String> token, String writer) {
        this.url = url;
        this.token = token;
        this.writer = writer;
    }

    String writer() {
        return writer;
    }

    boolean isUp() {
        return link.isPresent();
    }

    /**
     * Connects for the first time.
     *
     * @throws IOException if nobody answers
     */
    Message.Welcome greet() throws IOException, InterruptedException {
        while (true) {
            Optional<Message.Welcome> welcome = connect(FIRST_ANSWER);
            if (welcome.isPresent()) {
                return welcome.get();
            }
            Thread.sleep(100);
        }
    }

    /** Connects again if the back-off is over; true if that worked. */
    boolean tryAgain() throws IOException, InterruptedException {
        return connect(ANSWER).isPresent();
    }

    private Optional<Message.Welcome> connect(Duration patience) throws IOException, InterruptedException {
        if (!backoff.isOver()) {
            return Optional.empty();
        }
        if (System.nanoTime() - downSinceNanos > patience.toNanos()) {
            throw new IOException("No node answers at " + url + ": " + why);
        }
        backoff.start();
        try {
            link = Optional.of(new Link(url, hello()));
            heardNanos = System.nanoTime();
            Optional<Message> first = receive(GREETING);
            if (first.isPresent() && first.get() instanceof Message.Welcome welcome) {
                backoff.reset();
                return Optional.of(welcome);
            }
            lose("no greeting");
        } catch (IOException e) {
            lose(String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private Message.Hello hello() {
        return Message.Hello.of(writer, token, System.currentTimeMillis(), "topgun-import");
    }

    private void lose(String reason) {
        if (link.isPresent()) {
            link.get().close();
            link = Optional.empty();
            downSinceNanos = System.nanoTime();
            backoff.start();
        }
        why = reason;
    }

    void send(Message message) {
        link.ifPresent(up -> up.send(message));
    }

    /**
     * The next message, waiting for it up to a time.
     *
     * @throws ProtocolException if the node refuses us
     */
    Optional<Message> receive(Duration wait) throws InterruptedException {
        if (link.isEmpty()) {
            Thread.sleep(wait);
            return Optional.empty();
        }
        Optional<Link.Event> event = link.get().poll(wait);
        if (event.isEmpty()) {
            checkPulse();
            return Optional.empty();
        }
        heardNanos = System.nanoTime();
        pinged = OptionalLong.empty();
        return switch (event.get()) {
            case Link.Event.Received received -> Optional.of(accepted(received.message()));
            case Link.Event.Lost lost -> {
                lose("closed with " + lost.code() + " " + lost.reason());
                yield Optional.empty();
            }
        };
    }

    private static Message accepted(Message message) {
        if (message instanceof Message.Error error && error.code() != ErrorCode.HELLO_TIMEOUT) {
            throw new ProtocolException(error.code(), error.text());
        }
        return message;
    }

    private void checkPulse() {
        long silent = System.nanoTime() - heardNanos;
        if (silent > LOST_AFTER_NANOS) {
            lose("no sign of life");
        } else if (silent > PING_AFTER_NANOS && pinged.isEmpty()) {
            pinged = OptionalLong.of(0);
            send(new Message.Ping(0));
        }
    }

    @Override
    public void close() {
        link.ifPresent(Link::close);
    }
}
