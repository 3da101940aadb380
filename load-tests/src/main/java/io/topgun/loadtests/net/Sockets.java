package io.topgun.loadtests.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** The connections that one thread reads. */
public final class Sockets implements AutoCloseable {
    private static final int READ_BYTES_MAX = 1 << 18;

    private final Selector selector;
    private final Thread thread;
    private final ByteBuffer shared = ByteBuffer.allocate(READ_BYTES_MAX);

    /** Starts the thread, under a name for profiles. */
    public Sockets(String name) throws IOException {
        selector = Selector.open();
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /** Connects and says the framing's opening; the handler is told when the other end has agreed. */
    public Link connect(InetSocketAddress to, Framing framing, Link.Handler handler) throws IOException {
        return opened(SocketChannel.open(to), framing, handler);
    }

    /** The same with a receive buffer of so many bytes, so that the other end soon feels when nobody reads. */
    public Link connectNarrow(InetSocketAddress to, Framing framing, Link.Handler handler, int receiveBytes)
            throws IOException {
        SocketChannel channel = SocketChannel.open().setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
        channel.connect(to);
        return opened(channel, framing, handler);
    }

    private Link opened(SocketChannel channel, Framing framing, Link.Handler handler) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, 0);
        Link link = new Link(channel, key, framing, handler);
        key.attach(link);
        link.reply(ByteBuffer.wrap(framing.opening()));
        link.resume();
        return link;
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::serve);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (ClosedSelectorException e) {
            // closed while it waited
        }
    }

    private void serve(SelectionKey key) {
        Link link = (Link) key.attachment();
        try {
            if (key.isReadable()) {
                link.read(shared);
            }
            if (key.isValid() && key.isWritable()) {
                link.flush();
            }
        } catch (IOException e) {
            link.lost(e);
        } catch (CancelledKeyException e) {
            // closed meanwhile, by this side
        }
    }

    /** Ends the thread; links are closed by those who opened them. */
    @Override
    public void close() throws IOException {
        selector.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
