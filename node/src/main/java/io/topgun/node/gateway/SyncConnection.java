package io.topgun.node.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.topgun.node.hub.SharedFrame;
import io.topgun.node.hub.SourceTable;
import io.topgun.node.hub.Subscriber;
import io.topgun.protocol.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket with its {@link Session}, confined to the event loop of its channel. What other threads tell it becomes a task of that
 * loop.
 *
 * <p>A frame is made when the socket takes one, so that what gathered meanwhile goes in it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails is told by the channel going down
final class SyncConnection extends ChannelInboundHandlerAdapter implements Subscriber, OpenConnections.Connection {
    private static final Logger LOG = LoggerFactory.getLogger(SyncConnection.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
    /** Period after which an answer that has not come is taken for lost; between once and twice of it passes. */
    private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(5);

    private final Shared shared;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Session session;
    private Answers.@Nullable Address answers;
    private @Nullable Future<?> helloTimer;
    private Optional<byte[]> ping = Optional.empty();
    private boolean pumpIsDue;
    private boolean awaitsAnswers;
    private boolean silent;
    private boolean violated;
    private boolean peerClosed;
    private boolean closeSent;
    private boolean gone;

    /** What all connections of a node have in common. */
    record Shared(
            SessionSettings settings,
            SessionMetrics metrics,
            OpenConnections open,
            Answers answers,
            SessionFactory sessions) {}

    /** Makes the session of a new connection. */
    @FunctionalInterface
    interface SessionFactory {
        Session create(Session.Ports ports);
    }

    SyncConnection(Shared shared) {
        this.shared = shared;
    }

    private Session session() {
        return Objects.requireNonNull(session);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        shared.metrics().opened();
        answers = shared.answers().open(reply -> tell(session -> session.onRead(reply)));
        session = shared.sessions()
                .create(new Session.Ports(this, answers, frame -> tell(session -> session.onOpsDone(frame))));
        shared.open().add(this);
        helloTimer = after(shared.settings().helloTimeout(), this::onHelloTimeout);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        gone = true;
        Objects.requireNonNull(helloTimer).cancel(false);
        shared.metrics().closed();
        shared.open().remove(this);
        shared.answers().close(Objects.requireNonNull(answers));
        session().onGone();
    }

    private Future<?> after(Duration time, Runnable task) {
        return context()
                .executor()
                .schedule(
                        () -> {
                            if (!gone) {
                                task.run();
                            }
                        },
                        time.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    // ---- from other threads ----

    private void tell(Consumer<Session> news) {
        try {
            context().executor().execute(() -> {
                if (!gone) {
                    news.accept(session());
                    pumpSoon();
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("the node has stopped", e);
        }
    }

    @Override
    public void onChanges(SharedFrame frame) {
        tell(session -> session.onChanges(frame));
    }

    @Override
    public void onInterest(long subId, SourceTable sources) {
        tell(session -> session.onInterest(subId, sources));
    }

    @Override
    public void onSources(SourceTable sources) {
        tell(session -> session.onSources(sources));
    }

    @Override
    public void onLost() {
        tell(Session::onLost);
    }

    @Override
    public void onNodes(List<String> urls) {
        tell(session -> session.onNodes(urls));
    }

    @Override
    public void close() {
        tell(session -> session.close(WebSocketFrames.GOING_AWAY, "the node stops"));
    }

    // ---- from the socket ----

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        silent = false;
        switch ((WebSocketFrames.Received) message) {
            case WebSocketFrames.Received.Message frame -> onFrame(frame.bytes());
            case WebSocketFrames.Received.Ping some -> ping = Optional.of(some.payload());
            case WebSocketFrames.Received.Close close -> onPeerClose(close.code());
            case WebSocketFrames.Received.Violation bad -> {
                violated = true;
                session().close(bad.code(), bad.text());
            }
        }
        readOnIfMay();
        if (!from.channel().config().isAutoRead()) {
            pumpSoon(); // while more waits to be handed out, nobody says that all is read
        }
    }

    private void onFrame(byte[] frame) {
        session().onFrame(frame);
        if (session().isGreeted()) {
            Objects.requireNonNull(helloTimer).cancel(false);
        }
    }

    private void onPeerClose(int code) {
        peerClosed = true;
        if (closeSent) {
            context().close();
        } else {
            session().close(code, "");
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        pump();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        pump();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            from.close();
        } else if (event instanceof IdleStateEvent idle && idle.state() == IdleState.ALL_IDLE) {
            from.close(); // a socket that takes nothing takes no close frame either
        } else if (event instanceof IdleStateEvent && from.channel().config().isAutoRead()) {
            onSilence();
        }
    }

    /** A client that only listens is asked once whether it is there; one that we do not read is not judged. */
    private void onSilence() {
        if (silent) {
            session().close(WebSocketFrames.NORMAL, "silent for too long");
        } else {
            silent = true;
            session().ping();
        }
        pump();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("a connection fails", cause);
        }
        from.close();
    }

    private void onHelloTimeout() {
        session().fail(ErrorCode.HELLO_TIMEOUT, "no HELLO in time");
        pump();
    }

    // ---- to the socket ----

    /** Behind the tasks that wait already, so that what they bring goes in one frame. */
    private void pumpSoon() {
        if (!pumpIsDue) {
            pumpIsDue = true;
            context().executor().execute(this::pump);
        }
    }

    /** Sends what the socket takes, closes if the session wants to, reads on if it may. */
    private void pump() {
        pumpIsDue = false;
        if (gone) {
            return;
        }
        Channel channel = context().channel();
        boolean sent = false;
        while (!closeSent && channel.isWritable() && send()) {
            sent = true;
        }
        if (sent) {
            context().flush();
        }
        if (session().awaitsAnswers() && !awaitsAnswers) {
            awaitsAnswers = true;
            after(ASK_AGAIN_AFTER, this::askAgain);
        }
        readOnIfMay();
    }

    private void readOnIfMay() {
        // Behind our close frame all is read and let go until the peer's.
        context().channel().config().setAutoRead(closeSent || session().acceptsInput());
    }

    private void askAgain() {
        awaitsAnswers = false;
        session().askAgain();
        pump();
    }

    /** Writes the next frame; false if there is none. */
    private boolean send() {
        if (ping.isPresent()) {
            write(WebSocketFrames.pong(ping.get()));
            ping = Optional.empty();
            return true;
        }
        Optional<byte[]> frame = session().poll();
        if (frame.isPresent()) {
            write(WebSocketFrames.binary(frame.get()));
            return true;
        }
        session().closing().ifPresent(this::sendClose);
        return closeSent;
    }

    private ChannelFuture write(Object frame) {
        return context().write(frame);
    }

    private void sendClose(Session.Closing closing) {
        closeSent = true;
        ChannelFuture written = write(WebSocketFrames.close(closing.code(), closing.text()));
        if (violated && written.channel() instanceof DuplexChannel socket) {
            // What comes behind a violation is not looked at, so its close frame is not seen either: it is told that
            // this is the end.
            written.addListener(done -> socket.shutdownOutput());
        }
        if (peerClosed) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
        after(CLOSE_TIMEOUT, () -> context().close());
    }
}
