package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.DigestTree;
import io.topgun.crdt.Murmur3;
import io.topgun.crdt.Partitions;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One map's share of a partition, in the order of the last change.
 *
 * <p>That order is what makes a position cheap: everything behind sequence number {@code n} is a suffix, so a resuming client, a
 * new one, a slow one and the incremental snapshot all read "what changed since", at the cost of what changed.
 *
 * <p>Digests are there from the first time that somebody asks for them: a replica that starts would else compute those of states that
 * the next event replaces.
 */
final class Slice {
    private final String map;
    private final CellCodec codec;
    private final RowTable rows;
    private @Nullable DigestTree digests;

    Slice(String map, CellCodec codec, SipHash sip) {
        this.map = map;
        this.codec = codec;
        this.rows = new RowTable(sip);
    }

    int size() {
        return rows.size();
    }

    Optional<Cell> cell(String key) {
        return Optional.ofNullable(rows.find(key, rows.hash(key))).map(RowTable.Row::cell);
    }

    /** Merges a cell into its entry, whichever kind it has, which becomes the newest of the slice, and leaves of it what the frontier leaves. */
    Kept merge(String key, Cell cell, long seq, long frontierMs) {
        int hash = rows.hash(key);
        RowTable.Row row = rows.find(key, hash);
        Cell merged = row == null ? cell : Kinds.merge(row.cell(), cell);
        Optional<Cell> rest = merged.pruned(frontierMs);
        long digest = digest(key, rest);
        update(key, row == null ? 0 : row.digest(), digest);
        if (row == null) {
            rest.ifPresent(some -> rows.add(key, hash, some, digest, seq));
        } else if (rest.isPresent()) {
            rows.change(row, rest.get(), digest, seq);
        } else {
            rows.remove(row);
        }
        fit();
        return Kept.of(merged, rest);
    }

    /** Leaves of every entry what the frontier leaves; what loses anything is told by its key, what is gone and when it last changed. */
    void prune(long frontierMs, Losses losses) {
        for (RowTable.Row row = rows.first(); row != null; row = row.after()) {
            Optional<Cell> rest = row.cell().pruned(frontierMs);
            Kept kept = Kept.of(row.cell(), rest);
            if (kept != Kept.WHOLE) {
                long digest = digest(row.key, rest);
                update(row.key, row.digest(), digest);
                if (rest.isPresent()) {
                    rows.replace(row, rest.get(), digest);
                } else {
                    rows.remove(row);
                }
                losses.add(row.key, kept, row.seq());
            }
        }
        fit();
    }

    /** Takes an entry away, if it is there. */
    void drop(String key, Losses losses) {
        RowTable.Row row = rows.find(key, rows.hash(key));
        if (row != null) {
            update(key, row.digest(), 0);
            rows.remove(row);
            losses.add(key, Kept.NOTHING, row.seq());
            fit();
        }
    }

    /** What the frontier left of a cell. */
    enum Kept {
        WHOLE,
        /** A counter's shares are folded: whoever has an older state of it is brought up to it all the same. */
        FOLDED,
        PART,
        NOTHING;

        @SuppressWarnings("ReferenceEquality") // what stays whole is the same instance
        static Kept of(Cell cell, Optional<Cell> rest) {
            if (rest.isEmpty()) {
                return NOTHING;
            }
            return rest.get() == cell ? WHOLE : cell instanceof CounterCell ? FOLDED : PART;
        }
    }

    /** Who is told what entries lost by pruning. */
    @FunctionalInterface
    interface Losses {
        void add(String key, Kept kept, long seq);
    }

    /** The digest of what is left of a cell; {@link RowTable#NO_DIGEST} if nothing is, or nobody has asked yet. */
    private long digest(String key, Optional<Cell> cell) {
        return digests != null && cell.isPresent() ? codec.hash(key, cell.get()) : RowTable.NO_DIGEST;
    }

    private void update(String key, long before, long after) {
        if (digests != null) {
            digests.update(bucketBits(key), before, after);
        }
    }

    private void fit() {
        if (digests != null) {
            digests.fit(this::hashes);
        }
    }

    private DigestTree tree() {
        if (digests == null) {
            for (RowTable.Row row = rows.first(); row != null; row = row.after()) {
                rows.replace(row, row.cell(), codec.hash(row.key, row.cell()));
            }
            digests = DigestTree.of(rows.size(), this::hashes);
        }
        return digests;
    }

    private static int bucketBits(String key) {
        return Partitions.bucketBits(Murmur3.hash(key));
    }

    private void hashes(DigestTree.Sink sink) {
        for (RowTable.Row row = rows.first(); row != null; row = row.after()) {
            sink.accept(bucketBits(row.key), row.digest());
        }
    }

    long[] digests(int depth) {
        return tree().digests(depth, this::hashes);
    }

    /** Adds the entries changed behind {@code fromSeq}, oldest first. */
    void collectSince(long fromSeq, List<Changed> into) {
        int start = into.size();
        for (RowTable.Row row = rows.last(); row != null && row.seq() > fromSeq; row = row.before()) {
            into.add(new Changed(new Entry(map, row.key, row.cell()), row.seq()));
        }
        Collections.reverse(into.subList(start, into.size()));
    }

    /** Walks the entries of some buckets, in one pass. */
    void inBuckets(Set<Integer> buckets, int depth, BucketVisitor visitor) {
        tree(); // each row has its digest then
        for (RowTable.Row row = rows.first(); row != null; row = row.after()) {
            int bucket = Partitions.bucket(bucketBits(row.key), depth);
            if (buckets.contains(bucket)) {
                visitor.visit(bucket, new Entry(map, row.key, row.cell()), row.digest());
            }
        }
    }

    /** Who is told the entries of buckets and their digests. */
    @FunctionalInterface
    interface BucketVisitor {
        void visit(int bucket, Entry entry, long digest);
    }

    /** An entry with the sequence number of its last change. */
    record Changed(Entry entry, long seq) {}
}
