package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The state of one partition and every rule about it, without an actor, a clock or a disk.
 *
 * <p>Mutable and confined to its replica: a copy per change would cost more than everything else on the write path.
 */
final class PartitionState {
    private final Map<String, Slice> slices = new HashMap<>();
    private final List<Dropped> dropped = new ArrayList<>();
    private final Logs logs = new Logs();
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

    /** How far the replica had dropped changes. */
    long droppedSeq() {
        return droppedSeq;
    }

    /** How far the logs of siblings are in this state. */
    Logs logs() {
        return logs;
    }

    Set<String> maps() {
        return Set.copyOf(slices.keySet());
    }

    /** Greatest time in any cell that came in. */
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

    /** Number of a map's entries. */
    int size(String map) {
        Slice slice = slices.get(map);
        return slice == null ? 0 : slice.size();
    }

    /** An admission to the state as it is now. */
    Admission admission() {
        return new Admission(frontierMs, this::cell);
    }

    /**
     * Decides what of a sibling's cells has an effect.
     *
     * @param isTrusted whether they are taken however old they are
     */
    Admission.Arrival arrive(List<Entry> entries, boolean isTrusted) {
        return admission().arrive(entries, isTrusted);
    }

    /** Applies an event; the same on replay. */
    PartitionState apply(Event event) {
        seq++;
        switch (event) {
            case Event.Merged merged -> merged.entries().forEach(this::merge);
            case Event.Shipped shipped -> {
                shipped.entries().forEach(this::merge);
                logs.reached(shipped.next());
            }
            case Event.Repaired repaired -> {
                repaired.dropped().forEach(this::drop);
                repaired.entries().forEach(this::merge);
            }
            case Event.FrontierAdvanced advanced -> advanceFrontier(advanced.frontierMs());
        }
        return this;
    }

    private void merge(Entry entry) {
        newestMs = Math.max(newestMs, entry.cell().newestMs());
        Slice slice = slice(entry.map());
        note(entry.map(), entry.key(), slice.merge(entry.key(), entry.cell(), seq, frontierMs), seq);
        if (slice.size() == 0) {
            slices.remove(entry.map());
        }
    }

    private void drop(Repair.Address at) {
        Slice slice = slices.get(at.map());
        if (slice != null) {
            // Nobody is told, so whoever was here before may have it.
            slice.drop(at.key(), (key, kept, changedSeq) -> note(at.map(), key, kept, seq));
            if (slice.size() == 0) {
                slices.remove(at.map());
            }
        }
    }

    private void advanceFrontier(long ms) {
        frontierMs = Math.max(frontierMs, ms);
        slices.forEach(
                (map, slice) -> slice.prune(frontierMs, (key, kept, changedSeq) -> note(map, key, kept, changedSeq)));
        slices.values().removeIf(slice -> slice.size() == 0);
    }

    /**
     * Something was pruned. Who has not got the entry's last change before that will not learn from the rest of it what was removed, so
     * the positions in front of that change are no longer good.
     */
    private void note(String map, String key, Slice.Kept kept, long changedSeq) {
        if (kept == Slice.Kept.PART || kept == Slice.Kept.NOTHING) {
            droppedSeq = Math.max(droppedSeq, changedSeq);
        }
        if (kept == Slice.Kept.NOTHING) {
            dropped.add(new Dropped(map, key, seq));
        }
    }

    /** Whether a reader can go on from there: it was there, and nothing that it has not got was dropped since it began. */
    boolean isGood(Cursor cursor) {
        return cursor.seq() >= 0
                && cursor.seq() <= seq
                && (cursor.seq() >= droppedSeq || cursor.droppedSeq() >= droppedSeq);
    }

    /**
     * What changed behind a position, cut at a change so that the answer's own position is exact.
     *
     * @param fromSeq a position that is good
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
                return new Changes(entries, new Cursor(upTo, droppedSeq), true);
            }
            entries.add(changed.entry());
            bytes += approximateBytes(changed.entry());
            upTo = changed.seq();
        }
        return new Changes(entries, new Cursor(seq, droppedSeq), false);
    }

    /** Size of an entry on the wire, about. */
    static long approximateBytes(Entry entry) {
        return Bounds.approximateBytes(entry.key(), entry.cell());
    }

    long[] digests(String map, int depth) {
        Slice slice = slices.get(map);
        return slice == null ? new long[1 << (4 * depth)] : slice.digests(depth);
    }

    /** Walks the entries of some buckets of a map. */
    void inBuckets(String map, int depth, Set<Integer> buckets, Slice.BucketVisitor visitor) {
        Slice slice = slices.get(map);
        if (slice != null) {
            slice.inBuckets(buckets, depth, visitor);
        }
    }

    /** Digest of an entry. */
    long digest(Entry entry) {
        return codec.hash(entry.key(), entry.cell());
    }

    private Slice slice(String map) {
        Slice slice = slices.get(map); // without a lambda, as there is mostly one
        return slice != null ? slice : slices.computeIfAbsent(map, name -> new Slice(name, codec, sip));
    }

    private Optional<Cell> cell(String map, String key) {
        Slice slice = slices.get(map);
        return slice == null ? Optional.empty() : slice.cell(key);
    }

    /** What an incremental snapshot must carry: everything since the last one that is known to be stored. */
    Unsaved unsaved() {
        List<Slice.Changed> rows = new ArrayList<>();
        for (Slice slice : slices.values()) {
            slice.collectSince(savedSeq, rows);
        }
        return new Unsaved(new Mark(seq, frontierMs, droppedSeq, logs.all()), rows, List.copyOf(dropped));
    }

    /** The snapshot taken at this number is stored. */
    void saved(long upToSeq) {
        savedSeq = Math.max(savedSeq, upToSeq);
        dropped.removeIf(key -> key.seq() <= upToSeq);
    }

    /**
     * Begins from a stored snapshot; rows follow in any order. A row was stored when it last changed, so what has been pruned of it since
     * is pruned again.
     */
    static PartitionState restored(CellCodec codec, SipHash sip, Mark mark, List<Slice.Changed> rows) {
        PartitionState state = new PartitionState(codec, sip);
        state.seq = mark.seq();
        state.savedSeq = mark.seq();
        state.frontierMs = mark.frontierMs();
        state.droppedSeq = mark.droppedSeq();
        mark.logs().forEach(state.logs::reached);
        rows.sort(Comparator.comparingLong(Slice.Changed::seq));
        for (Slice.Changed row : rows) {
            state.newestMs = Math.max(state.newestMs, row.entry().cell().newestMs());
            state.slice(row.entry().map()).merge(row.entry().key(), row.entry().cell(), row.seq(), state.frontierMs);
        }
        return state;
    }

    /** A run of changes and where to read on behind it; {@code more} says that others follow. */
    record Changes(List<Entry> entries, Cursor next, boolean more) {}

    /** The numbers of a state and the positions in siblings' logs, as a snapshot's header holds them. */
    record Mark(long seq, long frontierMs, long droppedSeq, List<LogPosition> logs) {}

    /** Rows and removals an incremental snapshot writes. */
    record Unsaved(Mark mark, List<Slice.Changed> rows, List<Dropped> dropped) {}

    /** An entry of which the change with this number left nothing. */
    record Dropped(String map, String key, long seq) {}
}
