package io.topgun.loadtests.faults;

import io.topgun.loadtests.Peer;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import io.topgun.protocol.Run;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * A client that writes for as long as the gate is open, over as many connections as it takes, and goes on to the next node
 * when it loses one. What was not acknowledged at the level it wants it sends again, values and fields it may give up; what
 * was, it sometimes sends twice.
 */
final class Writer implements Callable<Integer> {
    private static final int BACK_OFF_MS_MAX = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Gate gate;
    private final History history;
    private final int number;
    private final Level level;
    private final Load load;
    private final Random random;
    private final Workload workload;
    private final Map<Long, Op> unacknowledged = new LinkedHashMap<>();
    private int lost;

    Writer(Gate gate, History history, int number, Level level, Load load, long seed) {
        this.gate = gate;
        this.history = history;
        this.number = number;
        this.level = level;
        this.load = load;
        this.random = new Random(seed);
        this.workload = new Workload(name(), random);
    }

    /** What the writer of a number wants: where there are two nodes or more most want to know their writes on two of them. */
    static Level level(int number, int nodes) {
        return nodes > 1 && number % 4 != 3 ? Level.REPLICATED : Level.PERSISTED;
    }

    private String name() {
        return "writer" + number;
    }

    /** Runs until the gate says it is over; returns the number of connections it had. */
    @Override
    public Integer call() throws InterruptedException {
        int connections = 0;
        while (true) {
            Optional<List<URI>> nodes = gate.awaitWork(!unacknowledged.isEmpty());
            if (nodes.isEmpty()) {
                return connections;
            }
            URI sync = nodes.get().get((number + lost) % nodes.get().size());
            try (Peer peer = new Peer(sync, name(), PATIENCE)) {
                connections++;
                write(peer);
            } catch (IOException e) {
                lost++;
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
            history.ended(name());
        }
        lost = 0; // home again the next time
        while (gate.isOpen()) {
            frame = !frame.isEmpty() && random.nextInt(20) == 0 ? frame : workload.frame();
            history.began(name(), level);
            exchange(peer, frame);
            history.ended(name());
            gate.rest(load.pauseMs(frame.size(), random));
        }
    }

    /** Sends a frame until all of it is acknowledged at the level. */
    private void exchange(Peer peer, List<Op> frame) throws IOException, InterruptedException {
        for (Op op : frame) {
            history.sent(op);
            unacknowledged.put(op.id(), op);
        }
        peer.send(new Message.Ops(level, frame, List.of()));
        while (!unacknowledged.isEmpty()) {
            if (peer.receive() instanceof Message.Ack ack) {
                List<Op> again = acknowledged(ack);
                if (!again.isEmpty()) {
                    peer.send(new Message.Ops(level, again, List.of()));
                }
            }
        }
    }

    /** Takes note of what was reached; the operations that are to be sent again. */
    private List<Op> acknowledged(Message.Ack ack) throws InterruptedException {
        if (ack.level().compareTo(Level.PERSISTED) < 0 && !ack.runs().isEmpty()) {
            throw new IllegalStateException("Acknowledged below PERSISTED: " + ack);
        }
        boolean isEnough = ack.level().compareTo(level) >= 0;
        List<Op> again = new ArrayList<>();
        for (Run run : ack.runs()) {
            for (long id = run.first(); id < run.first() + run.count(); id++) {
                Op op = inFlight(id);
                history.acknowledged(op, ack.level());
                if (isEnough) {
                    unacknowledged.remove(id);
                } else {
                    again.add(op);
                }
            }
        }
        if (!again.isEmpty() || !ack.rejections().isEmpty()) {
            Thread.sleep(random.nextInt(BACK_OFF_MS_MAX));
        }
        for (Rejection rejection : ack.rejections()) {
            Op op = inFlight(rejection.opId());
            switch (rejection.code()) {
                case OVERLOADED, NOT_PERSISTED, FUTURE_STAMP -> again.add(op);
                default -> throw new IllegalStateException("Refused: " + rejection);
            }
            history.refused();
        }
        return again;
    }

    private Op inFlight(long id) {
        Op op = unacknowledged.get(id);
        if (op == null) {
            throw new IllegalStateException("Answered, but not in flight: " + id);
        }
        return op;
    }
}
