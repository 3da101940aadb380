package io.topgun.loadtests.crash;

import io.topgun.crdt.Stamp;
import io.topgun.loadtests.Peer;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import io.topgun.protocol.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * A client that writes as fast as it is answered, until its node is killed, and goes on at the next
 * one. What was not acknowledged it sends again, or gives up; what was, it sometimes sends twice.
 */
final class Writer implements Callable<Integer> {
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

    /** Runs until the gate is closed for good; returns the number of connections it had. */
    @Override
    public Integer call() throws InterruptedException {
        int connections = 0;
        Optional<Gate.Opening> opening = gate.awaitBehind(0);
        while (opening.isPresent()) {
            try (Peer peer = new Peer(opening.get().sync(), name)) {
                connections++;
                write(peer);
            } catch (IOException e) {
                opening = gate.awaitBehind(opening.get().round()); // killed, as was to be expected
            }
        }
        return connections;
    }

    private void write(Peer peer) throws IOException, InterruptedException {
        if (random.nextBoolean()) {
            unacknowledged.clear();
        }
        List<Op> frame = List.copyOf(unacknowledged.values());
        while (true) {
            if (!frame.isEmpty()) {
                exchange(peer, frame);
            }
            frame = random.nextInt(20) == 0 ? frame : workload.frame();
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

    private void resend(Peer peer, List<Rejection> rejections) {
        List<Op> again = new ArrayList<>();
        for (Rejection rejection : rejections) {
            Op op = unacknowledged.get(rejection.opId());
            switch (rejection.code()) {
                case OVERLOADED, NOT_PERSISTED -> again.add(java.util.Objects.requireNonNull(op));
                default -> throw new IllegalStateException("Refused: " + rejection);
            }
        }
        if (!again.isEmpty()) {
            peer.send(new Message.Ops(Level.PERSISTED, again, List.of()));
        }
    }
}
