package io.topgun.loadtests.fanout;

import io.topgun.loadtests.net.Link;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A client of a node: it greets and answers pings. */
abstract class NodeClient extends Listeners.Listener {
    private final String writer;

    NodeClient(String writer) {
        this.writer = writer;
    }

    static ByteBuffer encoded(Message message) {
        return ByteBuffer.wrap(MessageCodec.encode(message));
    }

    @Override
    public void onOpen(Link link) {
        link.send(encoded(Message.Hello.of(writer, Optional.empty(), System.currentTimeMillis(), "topgun-bench")));
    }

    @Override
    public void onFrame(Link link, ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        boolean live = false;
        for (Message message : MessageCodec.decode(bytes, Limits.defaults())) {
            live |= message instanceof Message.Delta;
            if (message instanceof Message.Ping ping) { // it says nothing by itself
                link.send(encoded(new Message.Pong(ping.id(), System.currentTimeMillis())));
            }
            onMessage(link, message);
        }
        if (live) {
            onDeltas();
        }
    }

    abstract void onMessage(Link link, Message message);

    /** A frame with live changes has been told. */
    void onDeltas() {}
}
