package io.topgun.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Position;
import io.topgun.protocol.Rejection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real node that forgets after two seconds: what its clients are told of it, also after it was killed. */
@Timeout(120)
class FrontierIT {
    private static final String SETTINGS =
            "topgun.replica { tombstone-retention = 2s, frontier-every = 100ms, snapshot-every-events = 2 }";
    private static final byte[] ONE = {1};

    @TempDir
    private Path dir;

    /** Number of the last change of the key "k" that was told. */
    private long changedSeq;

    private Message next(RawPeer peer) throws IOException {
        Message message = peer.next().orElseThrow();
        if (message instanceof Message.Delta delta
                && delta.entries().stream().anyMatch(entry -> entry.key().equals("k"))) {
            changedSeq = delta.seq();
        }
        return message;
    }

    private List<ErrorCode> write(RawPeer peer, String key, Cell delta) throws IOException {
        peer.send(new Message.Ops(Level.PERSISTED, List.of(new Op(1, "m", key, delta)), List.of()));
        Message message = next(peer);
        while (!(message instanceof Message.Ack)) {
            message = next(peer);
        }
        return ((Message.Ack) message)
                .rejections().stream().map(Rejection::code).toList();
    }

    private static Stamp stamp(long ms) {
        return Stamp.of(ms, 0, "w");
    }

    private Message.Frontier frontierPast(RawPeer peer, int partition, long ms) throws IOException {
        while (true) {
            if (next(peer) instanceof Message.Frontier frontier
                    && frontier.partition() == partition
                    && frontier.frontierMs() >= ms) {
                return frontier;
            }
        }
    }

    /** What a subscriber with this position in the partition is answered first for it; SYNCED if nothing. */
    private static Message answer(RawPeer peer, int partition, long seq) throws IOException {
        Position position = new Position(peer.store().storeId(), peer.store().incarnation(), seq);
        peer.send(new Message.Subscribe(1, List.of("m"), seq < 0 ? Map.of() : Map.of(partition, position)));
        while (true) {
            Message message = peer.next().orElseThrow();
            if ((message instanceof Message.Snapshot chunk && chunk.partition() == partition)
                    || message instanceof Message.Digest
                    || message instanceof Message.Synced) {
                return message;
            }
        }
    }

    @Test
    void shouldTellClientsWhatItForgetsAndHideNoRemovalFromOldPositions() throws Exception {
        Path data = dir.resolve("data");
        int partition = Partitions.of("k");
        long now = System.currentTimeMillis();
        long frontierMs;
        long seq;
        try (NodeProcess node = NodeProcess.start(data, SETTINGS);
                RawPeer peer = RawPeer.greeted(node.port(), "w")) {
            peer.send(new Message.Subscribe(1, List.of("m"), Map.of()));
            assertEquals(List.of(), write(peer, "k", OrCell.add(stamp(now - 9_000), ONE)));
            assertEquals(List.of(), write(peer, "k", OrCell.add(stamp(now - 8_000), ONE)));
            assertEquals(List.of(), write(peer, "k", OrCell.remove(List.of(stamp(now - 9_000)), now - 7_000)));
            assertEquals(List.of(), write(peer, elsewhere(partition), ValueCell.set(stamp(now), ONE, Life.FOREVER)));
            Message.Frontier frontier = frontierPast(peer, partition, now - 7_000);
            assertEquals(0, frontier.frontierMs() % 200, "in steps of a tenth of the retention");
            assertEquals(List.of(ErrorCode.STALE), write(peer, "k", OrCell.add(stamp(now - 9_000), ONE)));
            frontierMs = frontier.frontierMs();
            seq = frontier.seq();
        }
        try (NodeProcess node = NodeProcess.start(data, SETTINGS)) {
            check(node, partition, changedSeq - 1, frontierMs, true);
            check(node, partition, changedSeq, frontierMs, false);
            try (RawPeer peer = RawPeer.greeted(node.port(), "reader")) {
                // It has pruned, and nothing came behind that but, perhaps, a later frontier.
                Message answer = answer(peer, partition, seq);
                assertFalse(answer instanceof Message.Digest, answer.toString());
            }
            check(node, partition, -1, frontierMs, false);
            try (RawPeer peer = RawPeer.greeted(node.port(), "w")) {
                assertEquals(List.of(ErrorCode.STALE), write(peer, "k", OrCell.add(stamp(now - 9_000), ONE)));
            }
        }
    }

    private static void check(NodeProcess node, int partition, long seq, long leastMs, boolean isDigest)
            throws IOException {
        try (RawPeer peer = RawPeer.greeted(node.port(), "reader")) {
            Message answer = answer(peer, partition, seq);
            OptionalLong told = switch (answer) {
                case Message.Digest digest -> digest.frontierMs();
                case Message.Snapshot chunk -> chunk.frontierMs();
                default -> throw new AssertionError(answer);
            };
            assertEquals(isDigest, answer instanceof Message.Digest, "from " + seq + ": " + answer);
            assertTrue(told.orElseThrow() >= leastMs);
        }
    }

    /** A key of another partition: nobody writes to this one any more. */
    private static String elsewhere(int partition) {
        return Partitions.of("n") == partition ? "m" : "n";
    }
}
