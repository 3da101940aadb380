package io.topgun.loadtests.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.net.Link;
import io.topgun.loadtests.net.Sockets;
import io.topgun.loadtests.net.WebSocketFraming;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.OldTopGun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/** TopGun's server 2.2.0: a frame is an OP_BATCH, MessagePack maps, answered by OP_ACK before it is on disk. */
final class OldTopGunStore implements Store {
    private static final int OVERLOADED = 429;
    private static final Executor AGAIN = CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);

    private final ObjectMapper pack = new ObjectMapper(new MessagePackFactory());
    private final Daemon server;
    private final InetSocketAddress address;
    private final URI uri;
    private final Sockets sockets;
    private final List<Writer> writers = new ArrayList<>();
    private final LongAdder refusals = new LongAdder();

    OldTopGunStore(Path directory, boolean durable) throws IOException, InterruptedException, MissingPeer {
        int port = Daemon.freePort();
        server = OldTopGun.start(directory, port, durable);
        address = server.await(port);
        uri = URI.create("ws://127.0.0.1:" + port + "/ws");
        sockets = new Sockets("old-topgun-writers");
        for (int i = 0; i < WriteLoad.CONNECTIONS; i++) {
            writers.add(new Writer(i));
        }
    }

    /** The server closes connections that are silent, so each turn begins with new ones. */
    @Override
    public List<Connection> connections() throws IOException {
        for (Writer writer : writers) {
            writer.connect();
        }
        return List.copyOf(writers);
    }

    @Override
    public ProcessUsage usage() throws IOException {
        return server.usage();
    }

    @Override
    public long wireBytes() {
        return writers.stream().mapToLong(Writer::bytes).sum();
    }

    @Override
    public String prove() throws IOException {
        connections();
        int compared = writers.stream().mapToInt(Writer::prove).sum();
        return compared + " values equal to the last ones acknowledged; " + refusals + " frames refused and sent again";
    }

    @Override
    public void close() throws IOException {
        writers.forEach(Writer::close);
        server.close();
        sockets.close();
    }

    /** One connection with one question on its way at a time. */
    private final class Writer implements Connection, Link.Handler {
        final Puts puts;
        private final int number;
        /** Of its own, since the server has no answer for a query of everything. */
        private final String map;

        private final List<Link> links = new ArrayList<>();
        private CompletableFuture<Void> open = new CompletableFuture<>();
        private long nextId;
        private CompletableFuture<JsonNode> answer = new CompletableFuture<>();

        Writer(int number) {
            this.number = number;
            map = "bench-" + number;
            puts = new Puts(number);
        }

        void connect() throws IOException {
            close();
            open = new CompletableFuture<>();
            links.add(sockets.connect(address, new WebSocketFraming(uri, ""), this));
            open.join();
        }

        long bytes() {
            return links.stream().mapToLong(Link::bytes).sum();
        }

        void close() {
            if (!links.isEmpty()) {
                links.getLast().close();
            }
        }

        @Override
        public CompletableFuture<Void> write(int count) {
            List<Map<String, Object>> ops = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                Puts.Put put = puts.next();
                Map<String, Object> stamp =
                        Map.of("millis", System.currentTimeMillis(), "counter", nextId, "nodeId", "w" + number);
                ops.add(Map.of(
                        "id", Long.toString(nextId++),
                        "mapName", map,
                        "key", put.key(),
                        "opType", "PUT",
                        "record", Map.of("value", put.value(), "timestamp", stamp)));
            }
            return send(Map.of("type", "OP_BATCH", "payload", Map.of("ops", ops)), Long.toString(nextId - 1));
        }

        /** Sends a batch until it is taken: the server refuses what comes while it has too much to do. */
        private CompletableFuture<Void> send(Map<String, Object> batch, String lastId) {
            return ask(batch).thenCompose(message -> {
                if (message.at("/payload/code").asInt() == OVERLOADED) {
                    refusals.increment();
                    return CompletableFuture.runAsync(() -> {}, AGAIN).thenCompose(waited -> send(batch, lastId));
                }
                return message.at("/payload/lastId").asText().equals(lastId)
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(new IOException("Not all taken: " + message));
            });
        }

        /** Compares its map with what it has written; returns how many values. */
        int prove() {
            Map<String, Object> query = Map.of("queryId", "all", "mapName", map, "query", Map.of());
            Map<String, String> found = new HashMap<>();
            ask(Map.of("type", "QUERY_SUB", "payload", query))
                    .join()
                    .at("/payload/results")
                    .forEach(row -> found.put(
                            row.path("key").asText(), row.path("value").asText()));
            List<Puts.Put> wanted = puts.last().toList();
            for (Puts.Put put : wanted) {
                if (!put.value().equals(found.get(put.key()))) {
                    throw new IllegalStateException("Lost: " + put.key() + " of " + map);
                }
            }
            return wanted.size();
        }

        synchronized CompletableFuture<JsonNode> ask(Map<String, Object> message) {
            answer = new CompletableFuture<>();
            try {
                links.getLast().send(ByteBuffer.wrap(pack.writeValueAsBytes(message)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return answer;
        }

        @Override
        public void onOpen(Link opened) {
            open.complete(null);
        }

        @Override
        public void onFrame(Link from, ByteBuffer frame) {
            byte[] bytes = new byte[frame.remaining()];
            frame.get(bytes);
            CompletableFuture<JsonNode> asked;
            synchronized (this) {
                asked = answer;
            }
            try {
                asked.complete(pack.readTree(bytes));
            } catch (IOException e) {
                asked.completeExceptionally(e);
            }
        }

        @Override
        public synchronized void onLost(Link from, IOException why) {
            open.completeExceptionally(why);
            answer.completeExceptionally(why);
        }
    }
}
