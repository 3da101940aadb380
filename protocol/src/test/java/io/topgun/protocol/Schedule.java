package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CellKind;
import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Stamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * Random writes and pulls of three replicas of one entry. After each step a replica's cell must show
 * what the {@link Specification} says of the writes it has seen; every cell goes through the codec.
 */
final class Schedule {
    private static final String MAP = "m";
    private static final String KEY = "k";
    private static final List<String> NAMES = List.of("a", "b", "cc", "é", "__proto__");

    private final Random random;
    private final CellKind kind;
    private final BinaryOperator<Cell> merge;
    private final CellCodec codec = new CellCodec();
    private final List<Replica> replicas = new ArrayList<>();
    private long wallMs = 1_700_000_000_000L;

    Schedule(long seed, CellKind kind, BinaryOperator<Cell> merge) {
        this.random = new Random(seed);
        this.kind = kind;
        this.merge = merge;
        for (String writer : List.of("a", "b", "c")) {
            long skewMs = random.nextInt(20);
            replicas.add(new Replica(new HybridClock(() -> wallMs + skewMs, writer)));
        }
    }

    /** One copy of the entry, and the writes it has seen. */
    private static final class Replica {
        final HybridClock clock;
        final Map<Stamp, Write> seen = new TreeMap<>();
        Optional<Cell> state = Optional.empty();

        Replica(HybridClock clock) {
            this.clock = clock;
        }
    }

    /** What went wrong first, if anything did. */
    Optional<String> run(int steps) {
        for (int i = 0; i < steps; i++) {
            wallMs += random.nextInt(5);
            Replica replica = replicas.get(random.nextInt(3));
            if (random.nextInt(2) == 0) {
                write(replica);
            } else {
                pull(replica, replicas.get(random.nextInt(3)));
            }
            Optional<String> fault = fault(replica);
            if (fault.isPresent()) {
                return Optional.of(fault.get() + " in step " + i);
            }
        }
        return finish();
    }

    private Optional<String> finish() {
        for (int round = 0; round < 2; round++) {
            for (Replica replica : replicas) {
                replicas.forEach(other -> pull(replica, other));
            }
        }
        for (Replica replica : replicas) {
            Optional<String> fault = fault(replica);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private Optional<String> fault(Replica replica) {
        Object wanted = Specification.view(kind, replica.seen.values());
        Object got = replica.state.map(Specification::view).orElse(Specification.NOTHING);
        if (!wanted.equals(got)) {
            return Optional.of("shows " + got + ", not " + wanted);
        }
        for (Replica other : replicas) {
            boolean same = replica.state.equals(other.state);
            if (replica.seen.keySet().equals(other.seen.keySet()) && !same) {
                return Optional.of("same writes, other state");
            }
            if (same != (digest(replica) == digest(other))) {
                return Optional.of("digests do not tell what states do");
            }
        }
        return Optional.empty();
    }

    private long digest(Replica replica) {
        return replica.state.map(cell -> codec.hash(KEY, cell)).orElse(0L);
    }

    private void write(Replica replica) {
        Write write = Write.random(kind, replica.clock.next(), random, NAMES, replica.state);
        replica.seen.put(write.stamp(), write);
        mergeIn(replica, write.delta());
    }

    private void mergeIn(Replica replica, Cell cell) {
        replica.state =
                Optional.of(replica.state.map(state -> merge.apply(state, cell)).orElse(cell));
    }

    private void pull(Replica replica, Replica from) {
        if (random.nextBoolean()) {
            from.state.ifPresent(state -> mergeIn(replica, stored(state)));
        } else {
            sent(from, replica).forEach(op -> mergeIn(replica, op.delta()));
        }
        from.seen.forEach((stamp, write) -> {
            replica.seen.put(stamp, write);
            replica.clock.observe(stamp.time());
        });
    }

    private Cell stored(Cell state) {
        return codec.decodeCanonical(codec.canonical(KEY, state)).cell();
    }

    /** The deltas a replica has not seen, and some that it has, in any order, through a frame. */
    private List<Op> sent(Replica from, Replica to) {
        List<Write> writes = new ArrayList<>(from.seen.values());
        writes.removeIf(write -> to.seen.containsKey(write.stamp()) && random.nextInt(3) > 0);
        Collections.shuffle(writes, random);
        List<Op> ops = new ArrayList<>();
        for (Write write : writes) {
            ops.add(new Op(ops.size(), MAP, KEY, write.delta()));
        }
        Message sent = new Message.Ops(Level.APPLIED, ops, List.of());
        Message.Ops received = (Message.Ops) MessageCodec.decode(MessageCodec.encode(sent), Limits.defaults())
                .get(0);
        if (!received.rejections().isEmpty()) {
            throw new AssertionError(received.rejections());
        }
        return received.ops();
    }
}
