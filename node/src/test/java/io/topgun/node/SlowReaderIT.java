package io.topgun.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Life;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that stops reading costs the node a bounded amount, and misses nothing when it reads on. */
class SlowReaderIT {
    private static final int KEYS = 2_000;
    private static final int CHANGES = 200_000;
    private static final int BATCH = 1_000;
    private static final long HEAP_GROWTH_MAX = 12L << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path dir;

    @Test
    @Timeout(150)
    void shouldStaySmallAndEndEqualWhenASubscriberStopsReading() throws Exception {
        try (NodeProcess node = NodeProcess.start(dir, "topgun.session.idle-timeout = 10 minutes");
                RawPeer writer = RawPeer.greeted(node.port(), "writer")) {
            HybridClock clock = new HybridClock(System::currentTimeMillis, "writer");
            write(writer, clock, KEYS * 10);
            long before = node.liveHeapBytes();
            try (RawPeer slow = RawPeer.narrow(node.port(), "slow")) {
                Reader reader = new Reader(slow);
                slow.send(new Message.Subscribe(1, List.of("m"), Map.of()));
                reader.readUntilSynced();
                write(writer, clock, CHANGES);
                long growth = node.liveHeapBytes() - before;
                assertTrue(growth < HEAP_GROWTH_MAX, "the heap grew by " + growth);
                assertEquals(2, node.metric("topgun_sessions"), "it is still connected");
                reader.readUntilEqual();
                assertEquals(KEYS, reader.cells.size());
            }
        }
    }

    private static void write(RawPeer writer, HybridClock clock, int changes) throws IOException {
        for (int change = 0; change < changes; change += BATCH) {
            List<Op> ops = new ArrayList<>();
            for (int i = change; i < change + BATCH; i++) {
                byte[] value =
                        new CborWriter().text("change " + i + " of a key").toByteArray();
                ops.add(new Op(i, "m", "key-" + i % KEYS, ValueCell.set(clock.next(), value, Life.FOREVER)));
            }
            writer.send(new Message.Ops(Level.PERSISTED, ops, List.of()));
            assertEquals(List.of(), writer.expect(Message.Ack.class).rejections());
        }
    }

    /** A replica of one map that merges whatever comes and compares digests. */
    private static final class Reader {
        final Map<String, Cell> cells = new HashMap<>();
        private final RawPeer peer;
        private final CellCodec codec = new CellCodec();

        Reader(RawPeer peer) {
            this.peer = peer;
        }

        void readUntilSynced() throws IOException {
            Message message = read();
            while (!(message instanceof Message.Synced)) {
                message = read();
            }
        }

        private Message read() throws IOException {
            Message message = peer.next().orElseThrow();
            switch (message) {
                case Message.Snapshot snapshot -> merge(snapshot.entries());
                case Message.Delta delta -> merge(delta.entries());
                default -> {}
            }
            return message;
        }

        private void merge(List<Entry> entries) {
            entries.forEach(entry -> cells.merge(entry.key(), entry.cell(), Cell::merge));
        }

        void readUntilEqual() throws IOException {
            while (!theirDigests().equals(ownDigests())) {
                // What was under way when the digests were made has been read with them.
            }
        }

        private Map<Integer, Long> theirDigests() throws IOException {
            for (int partition = 0; partition < Partitions.COUNT; partition++) {
                peer.send(new Message.Fetch(1, "m", partition, 0, List.of()));
            }
            Map<Integer, Long> digests = new HashMap<>();
            while (digests.size() < Partitions.COUNT) {
                if (read() instanceof Message.Digest digest) {
                    digests.put(digest.partition(), digest.digests().getFirst());
                }
            }
            return digests;
        }

        private Map<Integer, Long> ownDigests() {
            Map<Integer, Long> digests = new HashMap<>();
            for (int partition = 0; partition < Partitions.COUNT; partition++) {
                digests.put(partition, 0L);
            }
            cells.forEach((key, cell) -> digests.merge(Partitions.of(key), codec.hash(key, cell), (a, b) -> a ^ b));
            return digests;
        }
    }
}
