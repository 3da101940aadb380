package io.topgun.loadtests.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The line for fan-out: a Netty server that passes on what a client of a path sends to all the others of that path. */
public final class NettyBroadcast {
    private static final int REQUEST_BYTES_MAX = 1 << 16;

    private static final Map<String, ChannelGroup> GROUPS = new ConcurrentHashMap<>();

    private NettyBroadcast() {}

    /** Serves until it is ended: {@code NettyBroadcast PORT}. */
    public static void main(String[] args) throws InterruptedException {
        NioEventLoopGroup loops = new NioEventLoopGroup(Runtime.getRuntime().availableProcessors());
        new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new Pipeline())
                .bind(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }

    private static final class Pipeline extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            channel.pipeline()
                    .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(REQUEST_BYTES_MAX),
                            new WebSocketServerProtocolHandler("/", true),
                            new Broadcast());
        }
    }

    /** Frames that came together are written to all before each socket is flushed once. */
    private static final class Broadcast extends SimpleChannelInboundHandler<BinaryWebSocketFrame> {
        private Optional<ChannelGroup> group = Optional.empty();
        private boolean written;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete handshake) {
                ChannelGroup own = GROUPS.computeIfAbsent(
                        handshake.requestUri(), none -> new DefaultChannelGroup(GlobalEventExecutor.INSTANCE));
                own.add(context.channel());
                group = Optional.of(own);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, BinaryWebSocketFrame frame) {
            Channel self = context.channel();
            group.ifPresent(all -> {
                var unused = all.write(frame.retain(), ChannelMatchers.isNot(self), true);
                written = true;
            });
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            Channel self = context.channel();
            if (written) {
                written = false;
                group.ifPresent(all -> all.flush(ChannelMatchers.isNot(self)));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            cause.printStackTrace(); // into the log of the run
            var unused = context.close();
        }
    }
}
