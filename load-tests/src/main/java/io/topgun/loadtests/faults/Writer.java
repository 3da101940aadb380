package io.topgun.loadtests.faults;

import io.topgun.crdt.Stamp;
import io.topgun.loadtests.Peer;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import io.topgun.protocol.Run;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * A client that writes for as long as the gate is open, over as many connections as it takes. What was
 * not acknowledged it sends again, values and fields it may give up; what was, it sometimes sends twice.
 */
final class Writer implements Callable<Integer> {
    /** Between two frames, so that an hour's history fits the memory and a node is not only busy. */
    private static final int PAUSE_MS_MAX = 60;

    private static final int BACK_OFF_MS_MAX = 200;

    private final Gate gate;
    private final History history;
    private final String name;
    private final Random random;
    private final Workload workload;
    private final Map<Long, Op> unacknowledged = new LinkedHashMap<>();

    Writer(Gate gate, History history, String name, long seed) {
        if (!Stamp.isWriter(name)) {
            throw new IllegalArgumentException(name);
        }
        this.gate = gate;
        this.history = history;
        this.name = name;
        this.random = new Random(seed);
        this.workload = new Workload(name, random);
    }

    /** Runs until the gate says it is over; returns the number of connections it had. */
    @Override
    public Integer call() throws InterruptedException {
        int connections = 0;
        while (true) {
            Optional<URI> sync = gate.awaitWork(!unacknowledged.isEmpty());
            if (sync.isEmpty()) {
                return connections;
            }
            try (Peer peer = new Peer(sync.get(), name)) {
                connections++;
                write(peer);
            } catch (IOException e) {
                Thread.sleep(random.nextInt(BACK_OFF_MS_MAX)); // the fault, as was to be expected
            }
        }
    }

    private void write(Peer peer) throws IOException, InterruptedException {
        if (random.nextBoolean()) {
            // Sets and counters are never given up, so that in the end their totals are exact.
            unacknowledged.values().removeIf(op -> !Totals.isExact(op.delta()));
        }
        List<Op> frame = List.copyOf(unacknowledged.values());
        if (!frame.isEmpty()) {
            exchange(peer, frame);
        }
        while (gate.isOpen()) {
            frame = !frame.isEmpty() && random.nextInt(20) == 0 ? frame : workload.frame();
            exchange(peer, frame);
            Thread.sleep(random.nextInt(PAUSE_MS_MAX));
        }
    }

    /** Sends a frame until all of it is acknowledged. */
    private void exchange(Peer peer, List<Op> frame) throws IOException, InterruptedException {
        for (Op op : frame) {
            history.sent(op);
            unacknowledged.put(op.id(), op);
        }
        peer.send(new Message.Ops(Level.PERSISTED, frame, List.of()));
        int open = frame.size();
        while (open > 0) {
            if (peer.receive() instanceof Message.Ack ack) {
                open -= acknowledged(ack);
                resend(peer, ack.rejections());
            }
        }
    }

    private int acknowledged(Message.Ack ack) {
        if (ack.level().compareTo(Level.PERSISTED) < 0 && !ack.runs().isEmpty()) {
            throw new IllegalStateException("Acknowledged below PERSISTED: " + ack);
        }
        int count = 0;
        for (Run run : ack.runs()) {
            for (long id = run.first(); id < run.first() + run.count(); id++) {
                Op op = unacknowledged.remove(id);
                if (op == null) {
                    throw new IllegalStateException("Acknowledged, but not in flight: " + id);
                }
                history.acknowledged(op);
                count++;
            }
        }
        return count;
    }

    private void resend(Peer peer, List<Rejection> rejections) throws InterruptedException {
        List<Op> again = new ArrayList<>();
        for (Rejection rejection : rejections) {
            Op op = unacknowledged.get(rejection.opId());
            if (op == null) {
                throw new IllegalStateException("Refused, but not in flight: " + rejection);
            }
            switch (rejection.code()) {
                case OVERLOADED, NOT_PERSISTED, FUTURE_STAMP -> again.add(op);
                default -> throw new IllegalStateException("Refused: " + rejection);
            }
            history.refused();
        }
        if (!again.isEmpty()) {
            Thread.sleep(random.nextInt(BACK_OFF_MS_MAX));
            peer.send(new Message.Ops(Level.PERSISTED, again, List.of()));
        }
    }
}
