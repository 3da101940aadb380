package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CellKind;
import io.topgun.protocol.Entry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a state takes of what siblings ship and clients send: one after the other, as if each had been applied before the next. Each
 * call's effects are for an event of its own, and the events are applied in the order of the calls.
 */
final class Admission {
    private final long frontierMs;
    private final Staleness staleness;
    private final BiFunction<String, String, Optional<Cell>> cells;
    private final Map<Address, Pending> pending = new LinkedHashMap<>();

    /**
     * An admission to a state.
     *
     * @param frontierMs at which the state is pruned
     * @param cells the state's cell by map and key
     */
    Admission(long frontierMs, BiFunction<String, String, Optional<Cell>> cells) {
        this.frontierMs = frontierMs;
        this.staleness = new Staleness(frontierMs);
        this.cells = cells;
    }

    /** Effects of a batch, one entry per key, and what is refused of each frame: ids of operations are a connection's own. */
    record Decision(List<Entry> effects, List<List<Rejection>> refused) {}

    /**
     * What of a sibling's cells has an effect.
     *
     * @param stale how many came from before the frontier and were refused
     * @param clashes how many are of another kind than the state's
     */
    record Arrival(List<Entry> effects, int stale, int clashes) {}

    /** Comparable, so that keys chosen to share a hash cost a batch no more than a tree's search. */
    private record Address(String map, String key) implements Comparable<Address> {
        @Override
        public int compareTo(Address that) {
            int order = key.compareTo(that.key);
            return order != 0 ? order : map.compareTo(that.map);
        }
    }

    /** An entry while things are decided: the state it would have, and what the call under way adds to it. */
    private static final class Pending {
        private @Nullable Cell state;
        private @Nullable Cell delta;

        Pending(Optional<Cell> state) {
            this.state = state.orElse(null);
        }
    }

    Decision decide(List<Apply> batch) {
        List<List<Rejection>> refused = new ArrayList<>(batch.size());
        for (Apply apply : batch) {
            refused.add(refused(apply));
        }
        return new Decision(takeEffects(), refused);
    }

    private List<Entry> takeEffects() {
        List<Entry> effects = new ArrayList<>(pending.size());
        pending.forEach((at, entry) -> {
            if (entry.delta != null) {
                effects.add(new Entry(at.map(), at.key(), entry.delta));
                entry.delta = null;
            }
        });
        return effects;
    }

    /** Takes a sibling's cells: it has them already, so nothing is refused for its size or its kind. */
    @SuppressWarnings("ReferenceEquality") // merge returns the same instance when the other adds nothing
    Arrival arrive(List<Entry> cellsOfSibling, boolean isTrusted) {
        int stale = 0;
        int clashes = 0;
        for (Entry arriving : cellsOfSibling) {
            Pending entry = pending(arriving.map(), arriving.key());
            Cell state = entry.state;
            boolean isOther = state != null && state.kind() != arriving.cell().kind();
            clashes += isOther ? 1 : 0;
            Cell joined = state == null ? arriving.cell() : Kinds.merge(state, arriving.cell());
            if (joined == state) {
                continue;
            }
            if (!isTrusted && staleness.isStale(arriving.cell(), isOther ? null : state)) {
                stale++;
                continue;
            }
            take(entry, arriving.cell(), joined);
        }
        return new Arrival(takeEffects(), stale, clashes);
    }

    private Pending pending(String map, String key) {
        return pending.computeIfAbsent(new Address(map, key), at -> new Pending(cells.apply(at.map(), at.key())));
    }

    @SuppressWarnings("ReferenceEquality") // pruning returns the same instance when nothing goes
    private void take(Pending entry, Cell delta, Cell joined) {
        Optional<Cell> rest = joined.pruned(frontierMs);
        // What the frontier takes again at once, as the removal of a tag that is forgotten, has no effect.
        boolean isTakenAgain =
                rest.isPresent() ? rest.get() != joined && rest.get().equals(entry.state) : entry.state == null;
        if (!isTakenAgain) {
            entry.state = rest.orElse(null);
            entry.delta = entry.delta == null ? delta : Kinds.merge(entry.delta, delta);
        }
    }

    private List<Rejection> refused(Apply apply) {
        List<Rejection> refused = new ArrayList<>(0);
        for (Op op : apply.ops()) {
            decide(op, apply.stampMsMax(), pending(op.map(), op.key())).ifPresent(refused::add);
        }
        return refused;
    }

    @SuppressWarnings("ReferenceEquality") // merge returns the same instance when the other adds nothing
    private Optional<Rejection> decide(Op op, long stampMsMax, Pending entry) {
        Cell state = entry.state;
        Optional<CellKind> kind =
                Optional.ofNullable(state != null ? state : entry.delta).map(Cell::kind);
        if (kind.isPresent() && kind.get() != op.delta().kind()) {
            return rejection(op, ErrorCode.KIND_MISMATCH, "the key holds a cell of kind " + kind.get());
        }
        if (staleness.isStale(op.delta(), state)) {
            return rejection(op, ErrorCode.STALE, "older than the frontier " + frontierMs);
        }
        Cell joined = state == null ? op.delta() : state.merge(op.delta());
        if (joined == state) {
            return Optional.empty();
        }
        // Not before: what was taken must not be refused when it comes again, or it is stamped anew and counts twice.
        if (op.delta().newestMs() > stampMsMax) {
            return rejection(op, ErrorCode.FUTURE_STAMP, "the stamp is ahead of this node's clock");
        }
        if (state != null && Bounds.isTooLarge(joined) && !Bounds.isTooLarge(state)) {
            return rejection(op, ErrorCode.TOO_MANY_FIELDS, "the entry would grow past its limit");
        }
        if (Bounds.isPastSum(joined) && !(state != null && Bounds.isPastSum(state))) {
            return rejection(op, ErrorCode.INVALID_VALUE, "a sum of the counter would pass 2^53-1");
        }
        take(entry, op.delta(), joined);
        return Optional.empty();
    }

    private static Optional<Rejection> rejection(Op op, ErrorCode code, String text) {
        return Optional.of(new Rejection(op.id(), code, text));
    }
}
