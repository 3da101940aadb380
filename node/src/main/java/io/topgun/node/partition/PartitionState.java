package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of one partition and every rule about it, without an actor, a clock or a disk.
 *
 * <p>Mutable and confined to its replica: a copy per change would cost more than everything else on the write path.
 */
final class PartitionState {
    private final Map<String, Slice> slices = new HashMap<>();
    private final List<Dropped> dropped = new ArrayList<>();
    private final CellCodec codec;
    private final SipHash sip;
    private long seq;
    private long savedSeq;
    private long frontierMs;
    private long droppedSeq;
    private long newestMs;

    /**
     * The state of a partition nothing has happened to.
     *
     * @param codec of this replica; nobody else uses it meanwhile
     * @param sip what keys are hashed with
     */
    PartitionState(CellCodec codec, SipHash sip) {
        this.codec = codec;
        this.sip = sip;
    }

    /** Number of the last change; one event is one change. */
    long seq() {
        return seq;
    }

    long frontierMs() {
        return frontierMs;
    }

    Set<String> maps() {
        return Set.copyOf(slices.keySet());
    }

    /** Greatest time in any cell that came in: the frontier follows what was written, not a clock that may have jumped. */
    long newestMs() {
        return newestMs;
    }

    int size() {
        int size = 0;
        for (Slice slice : slices.values()) {
            size += slice.size();
        }
        return size;
    }

    /** Decides a batch of operations: what has an effect, in one cell per key, and what is refused. */
    Decision decide(List<Op> ops) {
        Map<Address, Pending> pending = LinkedHashMap.newLinkedHashMap(ops.size());
        List<Refusal> refusals = new ArrayList<>(0);
        for (int i = 0; i < ops.size(); i++) {
            Op op = ops.get(i);
            Pending entry = pending.computeIfAbsent(
                    new Address(op.map(), op.key()), address -> new Pending(cell(address.map(), address.key())));
            Optional<Rejection> rejection = decide(op, entry);
            if (rejection.isPresent()) {
                refusals.add(new Refusal(i, rejection.get()));
            }
        }
        List<Entry> effects = new ArrayList<>(pending.size());
        pending.forEach((address, entry) -> {
            if (entry.delta != null) {
                effects.add(new Entry(address.map(), address.key(), entry.delta));
            }
        });
        return new Decision(effects, refusals);
    }

    @SuppressWarnings("ReferenceEquality") // merge returns the same instance when the other adds nothing
    private Optional<Rejection> decide(Op op, Pending entry) {
        Cell current = entry.state;
        Optional<ErrorCode> fault = fault(op, current);
        if (fault.isPresent()) {
            return Optional.of(new Rejection(op.id(), fault.get(), text(fault.get(), current)));
        }
        Cell merged = current == null ? op.delta() : current.merge(op.delta());
        if (current != null && isTooLarge(merged) && !isTooLarge(current)) {
            return Optional.of(
                    new Rejection(op.id(), ErrorCode.TOO_MANY_FIELDS, "the entry would grow past its limit"));
        }
        if (merged != current) {
            entry.state = merged;
            entry.delta = entry.delta == null ? op.delta() : entry.delta.merge(op.delta());
        }
        return Optional.empty();
    }

    /** One operation is bounded where it comes in; many of them must not make what no reader can be sent in one piece. */
    private static boolean isTooLarge(Cell cell) {
        return switch (cell) {
            case ValueCell value -> false;
            case FieldsCell fields -> fields.size() > Limits.defaults().fieldsMax();
            case OrCell or -> or.tags().size() > Limits.defaults().tagsMax();
            case CounterCell counter ->
                counter.shares().size() > Limits.defaults().sharesMax();
        };
    }

    private Optional<ErrorCode> fault(Op op, @Nullable Cell current) {
        if (current != null && current.kind() != op.delta().kind()) {
            return Optional.of(ErrorCode.KIND_MISMATCH);
        }
        return isStale(op.delta(), current) ? Optional.of(ErrorCode.STALE) : Optional.empty();
    }

    /**
     * Whether a tombstone that was dropped may have been newer than this. What is still there orders some old operations all the
     * same: a value or a base that outlived the frontier is newer than whatever was dropped.
     */
    private boolean isStale(Cell delta, @Nullable Cell current) {
        return switch (delta) {
            case ValueCell value -> current == null && value.stamp().ms() <= frontierMs;
            case FieldsCell fields ->
                (current == null || !((FieldsCell) current).hasBase())
                        && (fields.hasBase() ? Stamp.msOf(fields.baseTime()) : fields.newestMs()) <= frontierMs;
            case OrCell or -> isStale(or, (OrCell) current);
            case CounterCell counter -> false;
        };
    }

    private boolean isStale(OrCell delta, @Nullable OrCell current) {
        for (OrTag tag : delta.tags()) {
            boolean old = Math.max(tag.stamp().ms(), tag.removedMs()) <= frontierMs;
            if (old && (current == null || (!tag.isRemoved() && !holds(current, tag)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(OrCell cell, OrTag tag) {
        return Collections.binarySearch(cell.tags(), tag, Comparator.comparing(OrTag::stamp)) >= 0;
    }

    private String text(ErrorCode code, @Nullable Cell current) {
        return code == ErrorCode.STALE || current == null
                ? "older than the frontier " + frontierMs
                : "the key holds a cell of kind " + current.kind();
    }

    /** Applies an event; the same on replay. */
    PartitionState apply(Event event) {
        seq++;
        switch (event) {
            case Event.Merged merged -> {
                for (Entry entry : merged.entries()) {
                    merge(entry);
                }
            }
            case Event.FrontierAdvanced advanced -> advanceFrontier(advanced.frontierMs());
        }
        return this;
    }

    private void merge(Entry entry) {
        newestMs = Math.max(newestMs, entry.cell().newestMs());
        slice(entry.map()).merge(entry.key(), entry.cell(), seq);
    }

    private void advanceFrontier(long ms) {
        frontierMs = Math.max(frontierMs, ms);
        for (Map.Entry<String, Slice> entry : slices.entrySet()) {
            List<String> keys = new ArrayList<>();
            droppedSeq = Math.max(droppedSeq, entry.getValue().dropTombstones(frontierMs, keys));
            for (String key : keys) {
                dropped.add(new Dropped(entry.getKey(), key, seq));
            }
        }
        slices.values().removeIf(slice -> slice.size() == 0);
    }

    /** Whether a client that merged everything up to {@code position} can go on from there. */
    boolean canResumeFrom(long position) {
        return position <= seq && position >= droppedSeq;
    }

    /**
     * What changed behind a position, cut at a change so that the answer's own position is exact.
     *
     * @param bytesMax the cut comes with the first change at which this is passed; one change is never split
     */
    Changes changesSince(Set<String> maps, long fromSeq, int bytesMax) {
        List<Slice.Changed> found = new ArrayList<>();
        int contributing = 0;
        for (String map : maps) {
            Slice slice = slices.get(map);
            if (slice != null) {
                int before = found.size();
                slice.collectSince(fromSeq, found);
                contributing += found.size() > before ? 1 : 0;
            }
        }
        if (contributing > 1) {
            found.sort(Comparator.comparingLong(Slice.Changed::seq));
        }
        List<Entry> entries = new ArrayList<>(Math.min(found.size(), 1024));
        long bytes = 0;
        long upTo = fromSeq;
        for (Slice.Changed changed : found) {
            if (bytes > bytesMax && changed.seq() > upTo) {
                return new Changes(entries, upTo, true);
            }
            entries.add(changed.entry());
            bytes += approximateBytes(changed.entry());
            upTo = changed.seq();
        }
        return new Changes(entries, seq, false);
    }

    /** Size of an entry on the wire, near enough to bound a chunk. */
    static long approximateBytes(Entry entry) {
        return approximateBytes(entry.key(), entry.cell());
    }

    static long approximateBytes(String key, Cell cell) {
        long values = switch (cell) {
            case ValueCell value -> value.value().map(bytes -> bytes.length).orElse(0);
            case FieldsCell fields -> fields.values().length + 8L * fields.size();
            case OrCell or -> bytes(or.tags());
            case CounterCell counter -> 16L + 16L * counter.shares().size();
        };
        return key.length() + values + 16;
    }

    private static long bytes(List<OrTag> tags) {
        long bytes = 0;
        for (OrTag tag : tags) {
            bytes += 16 + tag.value().map(value -> value.length).orElse(0);
        }
        return bytes;
    }

    long[] digests(String map, int depth) {
        Slice slice = slices.get(map);
        return slice == null ? new long[1 << (4 * depth)] : slice.digests(depth);
    }

    /** The cells of some buckets of a map, by bucket. */
    Map<Integer, List<Entry>> buckets(String map, int depth, Collection<Integer> buckets) {
        Slice slice = slices.get(map);
        return slice == null ? Map.of() : slice.inBuckets(buckets, depth);
    }

    private Slice slice(String map) {
        return slices.computeIfAbsent(map, name -> new Slice(name, codec, sip));
    }

    private @Nullable Cell cell(String map, String key) {
        Slice slice = slices.get(map);
        return slice == null ? null : slice.cell(key);
    }

    /** What an incremental snapshot must carry: everything since the last one that is known to be stored. */
    Unsaved unsaved() {
        List<Slice.Changed> rows = new ArrayList<>();
        for (Slice slice : slices.values()) {
            slice.collectSince(savedSeq, rows);
        }
        return new Unsaved(new Mark(seq, frontierMs, droppedSeq), rows, List.copyOf(dropped));
    }

    /** The snapshot taken at this number is stored. */
    void saved(long upToSeq) {
        savedSeq = Math.max(savedSeq, upToSeq);
        dropped.removeIf(key -> key.seq() <= upToSeq);
    }

    /** Begins from a stored snapshot; rows follow in any order. */
    static PartitionState restored(CellCodec codec, SipHash sip, Mark mark, List<Slice.Changed> rows) {
        PartitionState state = new PartitionState(codec, sip);
        state.seq = mark.seq();
        state.savedSeq = mark.seq();
        state.frontierMs = mark.frontierMs();
        state.droppedSeq = mark.droppedSeq();
        rows.sort(Comparator.comparingLong(Slice.Changed::seq));
        for (Slice.Changed row : rows) {
            state.newestMs = Math.max(state.newestMs, row.entry().cell().newestMs());
            state.slice(row.entry().map()).merge(row.entry().key(), row.entry().cell(), row.seq());
        }
        return state;
    }

    /** Effects, one entry per key, and refusals of a batch. */
    record Decision(List<Entry> effects, List<Refusal> refusals) {}

    /** A refused operation by its place in the batch: ids are a connection's own and may meet in one batch. */
    record Refusal(int index, Rejection rejection) {}

    /** A run of changes that ends at {@code upTo}; {@code more} says that others follow. */
    record Changes(List<Entry> entries, long upTo, boolean more) {}

    /** The numbers of a state, as a snapshot's header holds them. */
    record Mark(long seq, long frontierMs, long droppedSeq) {}

    /** Rows and removals an incremental snapshot writes. */
    record Unsaved(Mark mark, List<Slice.Changed> rows, List<Dropped> dropped) {}

    /** A tombstone dropped by the change with this number. */
    record Dropped(String map, String key, long seq) {}

    /** Comparable, so that keys chosen to share a hash cost a batch no more than a tree's search. */
    private record Address(String map, String key) implements Comparable<Address> {
        @Override
        public int compareTo(Address that) {
            int order = key.compareTo(that.key);
            return order != 0 ? order : map.compareTo(that.map);
        }
    }

    /** An entry while its batch is decided: the state it would have, and what the batch adds to it. */
    private static final class Pending {
        private @Nullable Cell state;
        private @Nullable Cell delta;

        Pending(@Nullable Cell state) {
            this.state = state;
        }
    }
}
