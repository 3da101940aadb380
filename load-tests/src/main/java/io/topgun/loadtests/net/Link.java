package io.topgun.loadtests.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** One connection. Any thread may send; what comes is told on the thread of its {@link Sockets}. */
public final class Link implements Framing.Sink {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Framing framing;
    private final Handler handler;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private ByteBuffer unread = NOTHING;
    private final LongAdder bytes = new LongAdder();

    /** Takes what comes over a connection. */
    public interface Handler {
        void onOpen(Link link);

        /** A frame; its bytes are gone when this returns. */
        void onFrame(Link link, ByteBuffer frame);

        /** The connection was lost; not called when this side closed it. */
        void onLost(Link link, IOException why);
    }

    Link(SocketChannel channel, SelectionKey key, Framing framing, Handler handler) {
        this.channel = channel;
        this.key = key;
        this.framing = framing;
        this.handler = handler;
    }

    /** Sends a frame, in the order of the calls. */
    public void send(ByteBuffer payload) {
        reply(framing.frame(payload));
    }

    @Override
    public void reply(ByteBuffer bytes) {
        try {
            write(bytes);
        } catch (IOException e) {
            lost(e);
        }
    }

    private synchronized void write(ByteBuffer bytes) throws IOException {
        if (waiting.isEmpty()) {
            this.bytes.add(channel.write(bytes));
        }
        if (bytes.hasRemaining()) {
            waiting.add(bytes);
            key.interestOpsOr(SelectionKey.OP_WRITE);
            key.selector().wakeup();
        }
    }

    /** The socket takes bytes again. */
    synchronized void flush() throws IOException {
        while (!waiting.isEmpty()) {
            bytes.add(channel.write(waiting.peek()));
            if (waiting.peek().hasRemaining()) {
                return;
            }
            waiting.remove();
        }
        key.interestOpsAnd(~SelectionKey.OP_WRITE);
    }

    /** Reads what is there by way of a buffer that all links share. */
    void read(ByteBuffer shared) throws IOException {
        shared.clear();
        int count = channel.read(shared);
        if (count < 0) {
            throw new IOException("The other end closed");
        }
        bytes.add(count);
        shared.flip();
        if (!unread.hasRemaining()) {
            framing.read(shared, this);
            unread = shared.hasRemaining() ? copy(NOTHING, shared) : NOTHING;
        } else {
            unread = copy(unread, shared);
            framing.read(unread, this);
        }
    }

    private static ByteBuffer copy(ByteBuffer first, ByteBuffer second) {
        ByteBuffer both = ByteBuffer.allocate(first.remaining() + second.remaining());
        return both.put(first).put(second).flip();
    }

    @Override
    public void opened() {
        handler.onOpen(this);
    }

    @Override
    public void received(ByteBuffer frame) {
        handler.onFrame(this, frame);
    }

    void lost(IOException why) {
        if (closed.compareAndSet(false, true)) {
            shut();
            handler.onLost(this, why);
        }
    }

    /** Reads no more until {@link #resume}, as a client that is stuck. */
    public void pause() {
        key.interestOpsAnd(~SelectionKey.OP_READ);
    }

    public void resume() {
        key.interestOpsOr(SelectionKey.OP_READ);
        key.selector().wakeup();
    }

    /** Bytes of the connection so far, both ways. */
    public long bytes() {
        return bytes.sum();
    }

    public void close() {
        closed.set(true);
        shut();
    }

    private void shut() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException(e); // a socket that cannot even be closed
        }
    }
}
