package io.topgun.node.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The node's port: WebSockets at {@code /sync}, plain HTTP elsewhere.
 *
 * <p>Sockets are Netty's and not Pekko HTTP's: with Netty a connection is a few handlers on an event loop, with Pekko HTTP several
 * stream stages and actors, each with a mailbox to wake up for every frame.
 */
public final class HttpServer {
    /** Connections that the kernel holds before they are accepted. */
    private static final int BACKLOG = 1024;

    private static final int STOP_SECONDS_MAX = 3;

    private final SyncRoute sync;
    private final HttpRoutes routes;
    private final int connectionsMax;

    /**
     * A server that is not bound yet.
     *
     * @param connectionsMax open connections at most; more wait in the kernel's queue
     */
    public HttpServer(SyncRoute sync, HttpRoutes routes, int connectionsMax) {
        this.sync = sync;
        this.routes = routes;
        this.connectionsMax = connectionsMax;
    }

    /** Binds; unbinds, says good-bye to clients and lets requests end when the system shuts down. */
    public CompletionStage<InetSocketAddress> bind(ActorSystem<?> system, String host, int port) {
        // Half of the processors: the replicas have the others, and a loop that serves more sockets wakes up less.
        EventLoopGroup loops = new NioEventLoopGroup(
                Math.max(1, Runtime.getRuntime().availableProcessors() / 2), new DefaultThreadFactory("sockets", true));
        HttpConnection.Shared shared = new HttpConnection.Shared(system, routes.in(system), sync);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                // Accepts one by one, so that each is counted before the next.
                .option(ChannelOption.RCVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(1))
                .handler(new ConnectionLimit(connectionsMax))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        HttpConnection.open(channel, shared);
                    }
                })
                .bind(host, port);
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "unbind", () -> {
            var unused = bound.channel().close();
            return sync.open().close().thenApply(gone -> Done.getInstance());
        });
        shutdown.addTask(CoordinatedShutdown.PhaseServiceStop(), "stop-sockets", () -> stop(loops));
        CompletableFuture<InetSocketAddress> address = new CompletableFuture<>();
        // What follows may stop the system, which waits for the event loops: not on one of them.
        bound.addListener(done -> system.executionContext().execute(() -> {
            if (done.isSuccess()) {
                address.complete((InetSocketAddress) bound.channel().localAddress());
            } else {
                address.completeExceptionally(done.cause());
            }
        }));
        return address;
    }

    private static CompletionStage<Done> stop(EventLoopGroup loops) {
        CompletableFuture<Done> stopped = new CompletableFuture<>();
        loops.shutdownGracefully(0, STOP_SECONDS_MAX, TimeUnit.SECONDS)
                .addListener(done -> stopped.complete(Done.getInstance()));
        return stopped;
    }
}
