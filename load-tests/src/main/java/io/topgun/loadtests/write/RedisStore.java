package io.topgun.loadtests.write;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.RespFraming;
import io.topgun.loadtests.net.Sockets;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.Redis;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Redis: a frame is a pipeline of SET commands. Synced, each is in its append-only file before it is answered. */
final class RedisStore implements Store {
    private static final byte[] SET = {'S', 'E', 'T'};
    private static final byte[] GET = {'G', 'E', 'T'};
    /** Of a command without its key and value. */
    private static final int OVERHEAD_MAX = 64;

    private final Daemon server;
    private final Sockets sockets;
    private final List<Pipeline> pipelines = new ArrayList<>();

    RedisStore(Path directory, boolean synced) throws IOException, InterruptedException, MissingPeer {
        int port = Daemon.freePort();
        server = Redis.start(directory, port, synced);
        InetSocketAddress address = server.await(port);
        sockets = new Sockets("redis-writers");
        for (int i = 0; i < WriteLoad.CONNECTIONS; i++) {
            pipelines.add(new Pipeline(sockets, address, i));
        }
    }

    @Override
    public List<Connection> connections() {
        return List.copyOf(pipelines);
    }

    @Override
    public ProcessUsage usage() throws IOException {
        return server.usage();
    }

    @Override
    public long wireBytes() {
        return pipelines.stream().mapToLong(pipeline -> pipeline.link.bytes()).sum();
    }

    @Override
    public String prove() {
        int compared = 0;
        for (Pipeline pipeline : pipelines) {
            for (Puts.Put put : pipeline.puts.last().toList()) {
                pipeline.read(put);
                compared++;
            }
        }
        return compared + " values equal to the last ones acknowledged";
    }

    @Override
    public void close() throws IOException {
        pipelines.forEach(pipeline -> pipeline.link.close());
        server.close();
        sockets.close();
    }

    /** One connection; replies come in the order of the commands. */
    private static final class Pipeline implements Connection, Link.Handler {
        final Puts puts;
        final Link link;
        private final Deque<Pending> pending = new ArrayDeque<>();

        /** Commands that were sent together, how many replies are missing, and what each must be. */
        private static final class Pending {
            final byte[] reply;
            final CompletableFuture<Void> done = new CompletableFuture<>();
            int missing;

            Pending(String reply, int missing) {
                this.reply = reply.getBytes(StandardCharsets.ISO_8859_1);
                this.missing = missing;
            }
        }

        Pipeline(Sockets sockets, InetSocketAddress address, int number) throws IOException {
            puts = new Puts(number);
            link = sockets.connect(address, new RespFraming(), this);
        }

        @Override
        public CompletableFuture<Void> write(int ops) {
            List<Puts.Put> batch = new ArrayList<>(ops);
            int bytes = 0;
            for (int i = 0; i < ops; i++) {
                Puts.Put put = puts.next();
                batch.add(put);
                bytes += put.key().length() + put.value().length() + OVERHEAD_MAX;
            }
            ByteBuffer out = ByteBuffer.allocate(bytes);
            batch.forEach(put -> RespFraming.append(out, SET, put.keyBytes(), put.valueBytes()));
            return send(out.flip(), new Pending("+OK\r\n", ops));
        }

        /** Reads a value back, which must be this one. */
        void read(Puts.Put put) {
            String reply = "$" + put.value().length() + "\r\n" + put.value() + "\r\n";
            send(RespFraming.command(GET, put.keyBytes()), new Pending(reply, 1))
                    .join();
        }

        private synchronized CompletableFuture<Void> send(ByteBuffer commands, Pending waiting) {
            pending.add(waiting);
            link.send(commands);
            return waiting.done;
        }

        @Override
        public void onOpen(Link opened) {
            // nothing to agree on
        }

        @Override
        public void onFrame(Link from, ByteBuffer frame) {
            byte[] reply = new byte[frame.remaining()];
            frame.get(reply);
            Pending first;
            synchronized (this) {
                first = pending.element();
                if (--first.missing == 0) {
                    pending.remove();
                }
            }
            if (!Arrays.equals(reply, first.reply)) {
                first.done.completeExceptionally(
                        new IllegalStateException(new String(reply, StandardCharsets.ISO_8859_1)));
            } else if (first.missing == 0) {
                first.done.complete(null);
            }
        }

        @Override
        public synchronized void onLost(Link from, IOException why) {
            pending.forEach(waiting -> waiting.done.completeExceptionally(why));
        }
    }
}
