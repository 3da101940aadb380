package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CellKind;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Stamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Random writes and pulls of three to five replicas of one entry, over days, while a frontier follows what all of them have. After each
 * step a replica's cell must show what the {@link Specification} says of the writes it has seen; every cell goes through the codec.
 */
final class Schedule {
    private static final String MAP = "m";
    private static final String KEY = "k";
    private static final List<String> NAMES = List.of("a", "b", "cc", "é", "__proto__");

    private final Random random;
    private final CellKind kind;
    private final Functions functions;
    private final CellCodec codec = new CellCodec();
    private final List<Replica> replicas = new ArrayList<>();
    private long wallMs = 1_700_000_000_000L;
    /** Up to here all replicas have all writes. */
    private long frontierMs;

    /** The functions under test. */
    interface Functions {
        default Cell merge(Cell a, Cell b) {
            return a.merge(b);
        }

        default Optional<Cell> pruned(Cell cell, long frontierMs) {
            return cell.pruned(frontierMs);
        }
    }

    Schedule(long seed, CellKind kind, Functions functions) {
        this.random = new Random(seed);
        this.kind = kind;
        this.functions = functions;
        for (String writer : List.of("a", "b", "c", "d", "e").subList(0, 3 + random.nextInt(3))) {
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
            wallMs += random.nextInt(6) == 0 ? random.nextInt(20 * Write.HOUR_MS) : random.nextInt(5);
            Optional<String> fault = step(any());
            if (fault.isPresent()) {
                return Optional.of(fault.get() + " in step " + i);
            }
        }
        return finish();
    }

    private Replica any() {
        return replicas.get(random.nextInt(replicas.size()));
    }

    private Optional<String> step(Replica replica) {
        switch (random.nextInt(12)) {
            case 0 -> {
                settle();
                frontierMs = Math.max(
                        frontierMs, wallMs - 1 - random.nextInt(random.nextBoolean() ? 5 : 40 * Write.HOUR_MS));
            }
            case 1, 2 -> prune(replica);
            case 3, 4, 5, 6, 7 -> write(replica);
            default -> pull(replica, any());
        }
        return fault(replica);
    }

    private void settle() {
        for (int round = 0; round < 2; round++) {
            for (Replica replica : replicas) {
                replicas.forEach(other -> pull(replica, other));
            }
        }
    }

    /** Long after the last write nothing is left but what can be seen. */
    private Optional<String> finish() {
        settle();
        wallMs += 4 * CounterCell.SHARE_MS;
        frontierMs = wallMs - 1;
        for (Replica replica : replicas) {
            prune(replica);
            Optional<String> fault = fault(replica).or(() -> leftover(replica));
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private Optional<String> leftover(Replica replica) {
        boolean hidden = replica.state.isPresent() && !replica.state.get().isVisible(wallMs);
        boolean shares = replica.state.orElse(null) instanceof CounterCell counter
                && counter.shares().size() > 0;
        return hidden || shares ? Optional.of("keeps " + replica.state) : Optional.empty();
    }

    private Optional<String> fault(Replica replica) {
        Object wanted = Specification.view(kind, replica.seen.values(), wallMs);
        Object got = replica.state.map(cell -> Specification.view(cell, wallMs)).orElse(Specification.NOTHING);
        if (!wanted.equals(got)) {
            return Optional.of("shows " + got + ", not " + wanted);
        }
        for (Replica other : replicas) {
            if (replica.seen.keySet().equals(other.seen.keySet())
                    && !rest(replica.state).equals(rest(other.state))) {
                return Optional.of("same writes, other state");
            }
            if (replica.state.equals(other.state) != (digest(replica) == digest(other))) {
                return Optional.of("digests do not tell what states do");
            }
        }
        return Optional.empty();
    }

    /** What the frontier leaves: it has passed all replicas, but each prunes in its own time. */
    private Optional<Cell> rest(Optional<Cell> state) {
        return state.flatMap(cell -> functions.pruned(cell, frontierMs));
    }

    private long digest(Replica replica) {
        return replica.state.map(cell -> codec.hash(KEY, cell)).orElse(0L);
    }

    private void prune(Replica replica) {
        replica.state = rest(replica.state);
    }

    private void write(Replica replica) {
        Write write = Write.random(kind, replica.clock.next(), random, NAMES, replica.state);
        replica.seen.put(write.stamp(), write);
        mergeIn(replica, write.delta());
    }

    private void mergeIn(Replica replica, Cell cell) {
        replica.state = Optional.of(
                replica.state.map(state -> functions.merge(state, cell)).orElse(cell));
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

    /** The deltas a replica has not seen, and some that it has and that are not stale, in any order, through a frame. */
    private List<Op> sent(Replica from, Replica to) {
        List<Write> writes = new ArrayList<>(from.seen.values());
        writes.removeIf(write ->
                to.seen.containsKey(write.stamp()) && (write.target().ms() <= frontierMs || random.nextInt(3) > 0));
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
