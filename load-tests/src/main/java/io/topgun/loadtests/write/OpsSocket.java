package io.topgun.loadtests.write;

import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.Sockets;
import io.topgun.loadtests.net.WebSocketFraming;
import io.topgun.protocol.Level;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.Op;
import io.topgun.protocol.Run;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A socket to a node that sends operations and knows which of them are acknowledged. */
final class OpsSocket implements Link.Handler {
    private final Level level;
    private final Expected expected;
    private final Message.Hello hello;
    private final CompletableFuture<Void> greeted = new CompletableFuture<>();
    private final TreeMap<Long, Pending> pending = new TreeMap<>();
    private final Link link;
    private Optional<IOException> failed = Optional.empty();
    private long nextId;

    /** A frame on its way. */
    private static final class Pending {
        final List<Op> ops;
        final CompletableFuture<Void> done = new CompletableFuture<>();
        long missing;

        Pending(List<Op> ops) {
            this.ops = ops;
            this.missing = ops.size();
        }
    }

    private OpsSocket(Sockets sockets, URI uri, String writer, Level level, Expected expected) throws IOException {
        this.level = level;
        this.expected = expected;
        this.hello = Message.Hello.of(writer, Optional.empty(), System.currentTimeMillis(), "topgun-bench");
        InetSocketAddress address = new InetSocketAddress(uri.getHost(), uri.getPort());
        this.link = sockets.connect(address, new WebSocketFraming(uri, "topgun.1"), this);
    }

    /** Connects and waits for the greeting. */
    static OpsSocket open(Sockets sockets, URI uri, String writer, Level level, Expected expected) throws IOException {
        OpsSocket socket = new OpsSocket(sockets, uri, writer, level, expected);
        socket.greeted.join();
        return socket;
    }

    Link link() {
        return link;
    }

    /** Sends a frame. */
    synchronized CompletableFuture<Void> write(Batches batches, int count) {
        List<Op> ops = batches.next(count, nextId);
        Pending frame = new Pending(ops);
        failed.ifPresent(frame.done::completeExceptionally);
        pending.put(nextId, frame);
        nextId += count;
        link.send(ByteBuffer.wrap(MessageCodec.encode(new Message.Ops(level, ops, List.of()))));
        return frame.done;
    }

    @Override
    public void onOpen(Link opened) {
        opened.send(ByteBuffer.wrap(MessageCodec.encode(hello)));
    }

    @Override
    public void onFrame(Link from, ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        for (Message message : MessageCodec.decode(bytes, Limits.defaults())) {
            if (message instanceof Message.Ack ack) {
                acknowledged(ack);
            } else if (message instanceof Message.Welcome) {
                greeted.complete(null);
            } else if (message instanceof Message.Ping ping) { // between its turns it is silent
                byte[] pong = MessageCodec.encode(new Message.Pong(ping.id(), System.currentTimeMillis()));
                from.send(ByteBuffer.wrap(pong));
            } else if (message instanceof Message.Error error) {
                fail(new IOException(error.code() + ": " + error.text()));
            }
        }
    }

    private void acknowledged(Message.Ack ack) {
        if (!ack.rejections().isEmpty() || ack.level().compareTo(level) < 0) {
            fail(new IOException("Not all " + level + ": " + ack.level() + " " + ack.rejections()));
            return;
        }
        for (Run run : ack.runs()) {
            long end = run.first() + run.count();
            for (long id = run.first(); id < end; ) {
                id = acknowledged(id, end);
            }
        }
    }

    /** Ticks off those of one frame; returns the first id behind it. */
    private long acknowledged(long id, long end) {
        Pending frame;
        long next;
        boolean whole;
        synchronized (this) {
            Map.Entry<Long, Pending> entry = pending.floorEntry(id);
            if (entry == null || entry.getKey() + entry.getValue().ops.size() <= id) {
                throw new IllegalStateException("Acknowledged what was not sent, or twice: " + id);
            }
            frame = entry.getValue();
            next = Math.min(end, entry.getKey() + frame.ops.size());
            frame.missing -= next - id;
            whole = frame.missing == 0;
            if (whole) {
                pending.remove(entry.getKey());
            }
        }
        if (whole) {
            expected.acknowledged(frame.ops);
            frame.done.complete(null);
        }
        return next;
    }

    @Override
    public void onLost(Link from, IOException why) {
        fail(why);
    }

    private synchronized void fail(IOException why) {
        failed = failed.or(() -> Optional.of(why));
        greeted.completeExceptionally(why);
        pending.values().forEach(frame -> frame.done.completeExceptionally(why));
    }
}
