package io.topgun.node;

import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Life;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Run;
import io.topgun.protocol.WireClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A well-behaved client that writes one key after the other and remembers what was acknowledged. */
final class SteadyWriter implements AutoCloseable {
    private static final int BATCH = 16;
    private static final int FRAMES_IN_FLIGHT = 4;

    private final String map;
    private final HybridClock clock = new HybridClock(System::currentTimeMillis, "steady");
    private final Semaphore maySend = new Semaphore(FRAMES_IN_FLIGHT);
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> troubles = new ConcurrentLinkedQueue<>();
    private final AtomicInteger closeCode = new AtomicInteger(-1);
    private final WireClient client;
    private final CompletableFuture<Void> writing;
    private volatile boolean stopped;

    SteadyWriter(URI sync, String map) throws IOException {
        this.map = map;
        client = WireClient.connect(sync, RawPeer.hello("steady"), new WireClient.Listener() {
            @Override
            public void onMessage(Message message) {
                take(message);
            }

            @Override
            public void onClosed(int code, String reason) {
                closeCode.set(code);
                stopped = true;
                maySend.release(FRAMES_IN_FLIGHT);
            }
        });
        writing = CompletableFuture.runAsync(
                this::write, task -> Thread.ofPlatform().daemon().start(task));
    }

    private void take(Message message) {
        switch (message) {
            case Message.Ack ack -> {
                for (Run run : ack.runs()) {
                    for (long id = run.first(); id < run.first() + run.count(); id++) {
                        acknowledged.add(id);
                    }
                }
                ack.rejections().forEach(rejection -> troubles.add(rejection.toString()));
                maySend.release();
            }
            case Message.Error error -> troubles.add(error.toString());
            default -> {}
        }
    }

    private void write() {
        for (long id = 0; !stopped; id += BATCH) {
            maySend.acquireUninterruptibly();
            List<Op> ops = new ArrayList<>();
            for (long i = id; i < id + BATCH; i++) {
                byte[] value = new CborWriter().integer(i).toByteArray();
                ops.add(new Op(i, map, "key-" + i, ValueCell.set(clock.next(), value, Life.FOREVER)));
            }
            var unused = client.send(new Message.Ops(Level.PERSISTED, ops, List.of()));
        }
    }

    /** Operations acknowledged so far. */
    int acknowledgedCount() {
        return acknowledged.size();
    }

    /** Rejections and errors, of which a well-behaved client gets none. */
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    /** Code with which the node closed; -1 while it did not. */
    int closeCode() {
        return closeCode.get();
    }

    void stop() {
        stopped = true;
        maySend.release(FRAMES_IN_FLIGHT);
        writing.join();
    }

    /** Acknowledged operations that a node does not have, or has with another value. */
    List<String> lost(int port) throws IOException {
        Map<String, Long> stored = new HashMap<>();
        try (RawPeer peer = RawPeer.greeted(port, "reader")) {
            peer.send(new Message.Subscribe(1, List.of(map), Map.of()));
            for (Message message = peer.next().orElseThrow();
                    !(message instanceof Message.Synced);
                    message = peer.next().orElseThrow()) {
                if (message instanceof Message.Snapshot snapshot) {
                    snapshot.entries().forEach(entry -> {
                        byte[] value = ((ValueCell) entry.cell()).value().orElseThrow();
                        stored.put(entry.key(), new io.topgun.protocol.CborReader(value).integer());
                    });
                }
            }
        }
        List<String> lost = new ArrayList<>();
        for (long id : acknowledged) {
            Long value = stored.get("key-" + id);
            if (value == null || value != id) {
                lost.add("key-" + id + " is " + value);
            }
        }
        return lost;
    }

    @Override
    public void close() {
        stop();
        client.abort();
    }
}
