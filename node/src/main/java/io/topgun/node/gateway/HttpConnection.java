package io.topgun.node.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Sink;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that speaks HTTP/1.1. Its requests are answered by the {@link HttpRoutes}, one at a time; one for {@code /sync} makes a
 * {@link SyncConnection} of it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails is told by the channel going down
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> implements OpenConnections.Connection {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final String SYNC = "/sync";
    /** Nothing here takes a body. */
    private static final int BODY_BYTES_MAX = 1 << 16;

    /** How long nothing may move on a connection. */
    private static final Duration IDLE_MAX = Duration.ofSeconds(75);

    private final Shared shared;
    private @Nullable ChannelHandlerContext context;
    private boolean answering;
    private boolean stopping;
    private boolean ended;

    /** What all connections of a node have in common. */
    record Shared(ActorSystem<?> system, Function<HttpRequest, CompletionStage<HttpResponse>> routes, SyncRoute sync) {}

    private HttpConnection(Shared shared) {
        this.shared = shared;
    }

    /** Makes a new connection one of these. */
    static void open(Channel channel, Shared shared) {
        channel.pipeline()
                .addLast(
                        idleAfter(Duration.ZERO, IDLE_MAX),
                        new HttpServerCodec(),
                        new WholeRequests(BODY_BYTES_MAX),
                        new FlowControlHandler(),
                        new HttpConnection(shared));
    }

    /** What a socket takes counts as movement, not what it is given. */
    private static IdleStateHandler idleAfter(Duration nothingRead, Duration nothingMoved) {
        return new IdleStateHandler(true, nothingRead.toMillis(), 0, nothingMoved.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        shared.sync().open().add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        shared.sync().open().remove(this);
    }

    @Override
    public void close() {
        ChannelHandlerContext open = Objects.requireNonNull(context);
        open.executor().execute(() -> {
            stopping = true;
            if (!answering) {
                open.close();
            }
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext from, FullHttpRequest request) {
        if (ended) {
            return;
        }
        answering = true;
        from.channel().config().setAutoRead(false); // until this one is answered
        boolean isKeptAlive =
                HttpUtil.isKeepAlive(request) && request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        Optional<Refusal> refusal = HttpMessages.refusal(request);
        if (refusal.isPresent()) {
            refuse(from, refusal.get(), false);
        } else if (request.uri().equals(SYNC) || request.uri().startsWith(SYNC + "?")) {
            shared.sync()
                    .refusal(request)
                    .ifPresentOrElse(why -> refuse(from, why, isKeptAlive), () -> upgrade(from, request));
        } else {
            answer(from, request, isKeptAlive);
        }
    }

    private void answer(ChannelHandlerContext to, FullHttpRequest request, boolean isKeptAlive) {
        HttpVersion version = request.protocolVersion();
        shared.routes()
                .apply(HttpMessages.request(request))
                .thenCompose(response -> send(to, HttpMessages.head(response, version, isKeptAlive), response))
                .whenComplete((sent, failure) -> to.executor().execute(() -> {
                    if (failure == null) {
                        end(to, LastHttpContent.EMPTY_LAST_CONTENT, isKeptAlive);
                    } else {
                        LOG.debug("an answer was not sent", failure);
                        to.close();
                    }
                }));
    }

    /** Sends head and body, the body as the socket takes it. */
    private CompletionStage<Done> send(ChannelHandlerContext to, Object head, HttpResponse response) {
        to.write(head);
        return response.entity()
                .getDataBytes()
                .runWith(
                        Sink.foreachAsync(1, bytes -> done(to.writeAndFlush(HttpMessages.content(bytes)))),
                        shared.system());
    }

    private static CompletionStage<Void> done(ChannelFuture written) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        written.addListener(end -> {
            if (end.isSuccess()) {
                done.complete(null);
            } else {
                done.completeExceptionally(end.cause());
            }
        });
        return done;
    }

    private void refuse(ChannelHandlerContext to, Refusal refusal, boolean isKeptAlive) {
        end(to, HttpMessages.response(refusal, isKeptAlive), isKeptAlive);
    }

    /** Sends the last of an answer. Once the socket has it, reads the next request, or what one who got the last answer still sends. */
    private void end(ChannelHandlerContext to, Object last, boolean isKeptAlive) {
        to.writeAndFlush(last).addListener(done -> {
            answering = false;
            ended = !isKeptAlive || stopping;
            if (ended) {
                // Closed with something unread in it, a socket may lose what its peer has not read.
                ((SocketChannel) to.channel()).shutdownOutput();
            }
            to.channel().config().setAutoRead(true);
        });
    }

    private void upgrade(ChannelHandlerContext from, FullHttpRequest request) {
        String version = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
        if (!WebSocketVersion.V13.toHttpHeaderValue().equals(version)) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(from.channel())
                    .addListener(done -> from.close());
            return;
        }
        int messageBytesMax = shared.sync().settings().limits().frameBytesMax();
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshaker13(
                SYNC, SyncRoute.SUBPROTOCOL, WebSocketFrames.decoderConfig(messageBytesMax));
        handshaker.handshake(from.channel(), request).addListener(done -> {
            if (done.isSuccess() && from.channel().isActive()) {
                becomeSync(from.pipeline(), messageBytesMax);
            } else {
                from.close();
            }
        });
    }

    /** The handshake has put the codec of frames in place of that of HTTP. */
    private void becomeSync(ChannelPipeline pipeline, int messageBytesMax) {
        Duration idle = shared.sync().settings().idleTimeout();
        pipeline.replace(IdleStateHandler.class, "idle", idleAfter(idle.dividedBy(2), idle));
        pipeline.remove(FlowControlHandler.class);
        WebSocketFrames.addTo(pipeline, messageBytesMax, shared.sync().connection());
        pipeline.remove(this);
        pipeline.channel().config().setAutoRead(true);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof IdleStateEvent || (event instanceof ChannelInputShutdownEvent && !answering)) {
            from.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (!(cause instanceof IOException || cause instanceof CodecException)) {
            LOG.error("a connection fails", cause);
        }
        from.close();
    }
}
