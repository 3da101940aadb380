package io.topgun.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Life;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes that hold two thirds of the partitions each: a client of one reads and writes all of them. */
@Timeout(300)
class GatewayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String SMALL = "-Xmx256m";
    /** A node that is killed while slots move may be the only one whose replica of some partition is live; clients wait for another. */
    private static final String TWO_REPLICAS = "topgun.cluster.replicas = 2\ntopgun.gateway.source-grace = 80s\n";

    private static final int OPS = 300;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path dir;

    private NodeProcess start(String name, String settings) throws IOException {
        return NodeProcess.start(dir.resolve(name), TWO_REPLICAS + settings, SMALL);
    }

    private NodeProcess join(String name, NodeProcess first) throws IOException {
        return start(name, "topgun.cluster.seeds = [\"" + first.joinAddress() + "\"]");
    }

    /** Follows a map, and takes what a partition's new source has where that differs. */
    private static final class Watcher implements AutoCloseable {
        final Set<String> seen = ConcurrentHashMap.newKeySet();
        /** Stores of other nodes that it was told of. */
        private final Set<String> sources = ConcurrentHashMap.newKeySet();

        private final RawPeer peer;
        private volatile List<String> nodes = List.of();
        private volatile boolean synced;
        /** Why it ended. */
        private volatile Optional<String> end = Optional.empty();

        Watcher(NodeProcess node) throws IOException {
            peer = RawPeer.greeted(node.port(), "watcher");
            peer.send(new Message.Subscribe(1, List.of("m"), Map.of()));
            Thread.ofPlatform().daemon().start(this::read);
        }

        private void read() {
            try {
                for (Optional<Message> next = peer.next(); next.isPresent(); next = peer.next()) {
                    onMessage(next.get());
                }
                end = Optional.of("closed by the node: " + peer.closeCode());
            } catch (IOException e) {
                end = Optional.of(e.toString());
            }
        }

        private void onMessage(Message message) throws IOException {
            switch (message) {
                case Message.Nodes told -> nodes = told.urls();
                case Message.Store store -> sources.add(Long.toHexString(store.storeId()));
                case Message.Snapshot chunk -> see(chunk.entries());
                case Message.Delta delta -> see(delta.entries());
                case Message.Buckets fetched -> see(fetched.entries());
                case Message.Digest digest ->
                    peer.send(new Message.Fetch(1, digest.map(), digest.partition(), 0, List.of(0)));
                case Message.Synced done -> synced = true;
                default -> {}
            }
        }

        private void see(List<Entry> entries) {
            entries.forEach(entry -> seen.add(entry.key()));
        }

        @Override
        public void close() throws IOException {
            peer.close();
        }
    }

    /** Writes keys of all partitions, and again those that were not taken at the level wanted. */
    private static final class Writer implements AutoCloseable {
        private final HybridClock clock = new HybridClock(System::currentTimeMillis, "writer");
        private final RawPeer peer;
        private int next;

        Writer(NodeProcess node) throws IOException {
            peer = RawPeer.greeted(node.port(), "writer");
        }

        /** Returns the keys, all of which are on two nodes. */
        Set<String> write(int count) throws IOException {
            Set<String> keys = new HashSet<>();
            List<Op> ops = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String key = "key-" + next++;
                keys.add(key);
                ops.add(new Op(next, "m", key, ValueCell.set(clock.next(), new byte[] {1}, Life.FOREVER)));
            }
            Message.Ack ack = send(ops);
            while (ack.level() != Level.REPLICATED || !ack.rejections().isEmpty()) {
                ack = send(ops);
            }
            return keys;
        }

        private Message.Ack send(List<Op> ops) throws IOException {
            peer.send(new Message.Ops(Level.REPLICATED, ops, List.of()));
            for (Message message = peer.next().orElseThrow();
                    ;
                    message = peer.next().orElseThrow()) {
                if (message instanceof Message.Ack ack) {
                    return ack;
                }
            }
        }

        @Override
        public void close() throws IOException {
            peer.close();
        }
    }

    @Test
    void shouldServeAllPartitionsOnAnyNodeAlsoWhenAnotherIsKilled() throws Exception {
        try (NodeProcess first = start("1", "");
                NodeProcess second = join("2", first);
                NodeProcess third = join("3", first)) {
            for (NodeProcess node : List.of(first, second, third)) {
                awaitTwoReplicas(node);
            }
            try (Watcher watcher = new Watcher(second);
                    Writer writer = new Writer(second)) {
                Set<String> keys = writer.write(OPS);
                awaitSeen(watcher, keys);
                await().atMost(PATIENCE).until(() -> watcher.synced);
                assertEquals(3, watcher.nodes.size(), watcher.nodes.toString());
                await("a share of the partitions to move to the third")
                        .atMost(PATIENCE)
                        .until(() -> !watcher.sources.isEmpty());
                keys.addAll(writer.write(OPS));
                awaitSeen(watcher, keys);
                try (Watcher late = new Watcher(third)) {
                    awaitSeen(late, keys);
                }
                third.kill();
                for (int i = 0; i < 10; i++) {
                    keys.addAll(writer.write(OPS));
                }
                awaitSeen(watcher, keys);
                awaitTwoReplicas(second);
                Set<String> later = writer.write(OPS);
                awaitSeen(watcher, later);
            }
        }
    }

    private static void awaitTwoReplicas(NodeProcess node) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertTrue(
                        node.get("/status").body().contains("All 271 partitions have 2 live replicas."),
                        () -> node.output()));
    }

    private static void awaitSeen(Watcher watcher, Set<String> keys) {
        await().atMost(PATIENCE).until(() -> watcher.end.isPresent() || watcher.seen.containsAll(keys));
        assertEquals(Optional.empty(), watcher.end);
    }
}
