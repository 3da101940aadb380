package io.topgun.node.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Accepts no more connections than a port may have at a time; the others wait in the kernel's queue. Confined to the port's loop. */
final class ConnectionLimit extends ChannelInboundHandlerAdapter {
    private final int max;
    private int count;

    ConnectionLimit(int max) {
        this.max = max;
    }

    @Override
    public void channelRead(ChannelHandlerContext port, Object accepted) {
        add(port, 1);
        ((Channel) accepted).closeFuture().addListener(closed -> port.executor().execute(() -> add(port, -1)));
        port.fireChannelRead(accepted);
    }

    private void add(ChannelHandlerContext port, int more) {
        count += more;
        port.channel().config().setAutoRead(count < max);
    }
}
