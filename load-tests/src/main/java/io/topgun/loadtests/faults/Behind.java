package io.topgun.loadtests.faults;

import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Life;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.ValueCell;
import io.topgun.loadtests.Observation;
import io.topgun.loadtests.Peer;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.Op;
import io.topgun.protocol.Run;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A map of its own that takes many changes while a node is away: when is the node equal again, and what does it read for that? */
final class Behind {
    private static final int CHANGES = 100_000;
    private static final int CHANGES_PER_FRAME = 500;
    private static final List<String> MAPS = List.of("bulk");
    private static final Duration EQUAL_WITHIN = Duration.ofMinutes(1);

    private final CellCodec codec = new CellCodec();
    private final HybridClock clock = new HybridClock(System::currentTimeMillis, "bulk");
    private final Map<Observation.Slice, Long> digests = new HashMap<>();
    private long written;
    private long writtenBytes;

    /** Writes all changes and waits until they are acknowledged. */
    void write(URI sync, Level level) throws IOException, InterruptedException {
        try (Peer peer = new Peer(sync, "bulk")) {
            for (int i = 0; i < CHANGES / CHANGES_PER_FRAME; i++) {
                Message.Ops ops = new Message.Ops(level, ops(), List.of());
                CborWriter frame = new CborWriter();
                MessageCodec.encode(ops, frame);
                writtenBytes += frame.size();
                write(peer, ops);
            }
        }
    }

    private List<Op> ops() {
        List<Op> ops = new ArrayList<>();
        for (int i = 0; i < CHANGES_PER_FRAME; i++) {
            String key = "key/" + written;
            byte[] value = new CborWriter()
                    .text("value of " + written + " " + "x".repeat(60))
                    .toByteArray();
            ValueCell cell = ValueCell.set(clock.next(), value, Life.FOREVER);
            ops.add(new Op(written++, MAPS.get(0), key, cell));
            Observation.Slice slice = new Observation.Slice(MAPS.get(0), Partitions.of(key));
            digests.merge(slice, codec.hash(key, cell), (a, b) -> a ^ b);
        }
        return ops;
    }

    private static void write(Peer peer, Message.Ops ops) throws IOException, InterruptedException {
        Map<Long, Op> open = new HashMap<>();
        ops.ops().forEach(op -> open.put(op.id(), op));
        peer.send(ops);
        while (!open.isEmpty()) {
            if (peer.receive() instanceof Message.Ack ack) {
                if (ack.level().compareTo(ops.level()) >= 0) {
                    ack.runs().forEach(run -> remove(open, run));
                }
                if (!open.isEmpty()) {
                    peer.send(new Message.Ops(ops.level(), List.copyOf(open.values()), List.of()));
                }
            }
        }
    }

    private static void remove(Map<Long, Op> open, Run run) {
        for (long id = run.first(); id < run.first() + run.count(); id++) {
            open.remove(id);
        }
    }

    /** Bytes of the frames with the changes. */
    long writtenBytes() {
        return writtenBytes;
    }

    /** Waits until a node has exactly what was written; false if time runs out. */
    boolean awaitEqual(Victim node) throws InterruptedException {
        long end = System.nanoTime() + EQUAL_WITHIN.toNanos();
        while (System.nanoTime() < end) {
            try {
                Map<Observation.Slice, Long> found = new HashMap<>(Observation.digests(node.sync(), MAPS));
                found.values().removeIf(digest -> digest == 0);
                if (found.equals(digests)) {
                    return true;
                }
            } catch (IOException e) {
                // not there yet
            }
            Thread.sleep(50);
        }
        return false;
    }
}
