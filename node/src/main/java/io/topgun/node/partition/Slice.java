package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.crdt.DigestTree;
import io.topgun.crdt.Murmur3;
import io.topgun.crdt.Partitions;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One map's share of a partition, in the order of the last change.
 *
 * <p>That order is what makes a position cheap: everything behind sequence number {@code n} is a suffix, so a resuming client, a
 * new one, a slow one and the incremental snapshot all read "what changed since", at the cost of what changed.
 */
final class Slice {
    private final String map;
    private final CellCodec codec;
    private final RowTable rows;
    private final DigestTree digests = new DigestTree();

    Slice(String map, CellCodec codec, SipHash sip) {
        this.map = map;
        this.codec = codec;
        this.rows = new RowTable(sip);
    }

    int size() {
        return rows.size();
    }

    @Nullable
    Cell cell(String key) {
        RowTable.Row row = rows.find(key, rows.hash(key));
        return row == null ? null : row.cell();
    }

    /** Merges a cell into its entry, which becomes the newest of the slice. */
    void merge(String key, Cell cell, long seq) {
        int hash = rows.hash(key);
        RowTable.Row row = rows.find(key, hash);
        if (row == null) {
            digests.update(bucketBits(key), 0, codec.hash(key, cell));
            rows.add(key, hash, cell, seq);
        } else {
            Cell merged = row.cell().merge(cell);
            digests.update(bucketBits(key), codec.hash(key, row.cell()), codec.hash(key, merged));
            rows.change(row, merged, seq);
        }
        digests.fit(this::hashes);
    }

    /** Removes tombstones that are not newer than the frontier; tells their keys and the greatest sequence number among them. */
    long dropTombstones(long frontierMs, List<String> droppedKeys) {
        long droppedSeq = 0;
        for (RowTable.Row row = rows.first(); row != null; row = row.after()) {
            if (row.cell().pruned(frontierMs).isEmpty()) {
                droppedSeq = Math.max(droppedSeq, row.seq());
                droppedKeys.add(row.key);
                digests.update(bucketBits(row.key), codec.hash(row.key, row.cell()), 0);
                rows.remove(row);
            }
        }
        digests.fit(this::hashes);
        return droppedSeq;
    }

    private static int bucketBits(String key) {
        return Partitions.bucketBits(Murmur3.hash(key));
    }

    private void hashes(DigestTree.Sink sink) {
        for (RowTable.Row row = rows.first(); row != null; row = row.after()) {
            sink.accept(bucketBits(row.key), codec.hash(row.key, row.cell()));
        }
    }

    long[] digests(int depth) {
        return digests.digests(depth, this::hashes);
    }

    /** Adds the entries changed behind {@code fromSeq}, oldest first. */
    void collectSince(long fromSeq, List<Changed> into) {
        int start = into.size();
        for (RowTable.Row row = rows.last(); row != null && row.seq() > fromSeq; row = row.before()) {
            into.add(new Changed(new Entry(map, row.key, row.cell()), row.seq()));
        }
        Collections.reverse(into.subList(start, into.size()));
    }

    /** The entries of some buckets, by bucket, in one pass. */
    Map<Integer, List<Entry>> inBuckets(Collection<Integer> buckets, int depth) {
        Map<Integer, List<Entry>> found = new HashMap<>();
        for (int bucket : buckets) {
            found.put(bucket, new ArrayList<>());
        }
        for (RowTable.Row row = rows.first(); row != null; row = row.after()) {
            List<Entry> wanted = found.get(Partitions.bucket(bucketBits(row.key), depth));
            if (wanted != null) {
                wanted.add(new Entry(map, row.key, row.cell()));
            }
        }
        return found;
    }

    /** An entry with the sequence number of its last change. */
    record Changed(Entry entry, long seq) {}
}
