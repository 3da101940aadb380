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
import java.util.Iterator;
import java.util.LinkedHashMap;
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
    private final LinkedHashMap<String, Row> rows = new LinkedHashMap<>();
    private final DigestTree digests = new DigestTree();

    Slice(String map, CellCodec codec) {
        this.map = map;
        this.codec = codec;
    }

    int size() {
        return rows.size();
    }

    @Nullable
    Cell cell(String key) {
        Row row = rows.get(key);
        return row == null ? null : row.cell();
    }

    /** Puts a cell that is already merged; it becomes the newest of the slice. */
    void put(String key, Cell cell, long seq) {
        Row old = rows.putLast(key, new Row(cell, seq));
        long oldHash = old == null ? 0 : codec.hash(key, old.cell());
        digests.update(bucketBits(key), oldHash, codec.hash(key, cell));
        digests.fit(this::hashes);
    }

    /** Removes tombstones that are not newer than the frontier; tells their keys and the greatest sequence number among them. */
    long dropTombstones(long frontierMs, List<String> droppedKeys) {
        long droppedSeq = 0;
        Iterator<Map.Entry<String, Row>> all = rows.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Row> entry = all.next();
            Cell cell = entry.getValue().cell();
            if (cell.isTombstone() && cell.newestMs() <= frontierMs) {
                droppedSeq = Math.max(droppedSeq, entry.getValue().seq());
                droppedKeys.add(entry.getKey());
                digests.update(bucketBits(entry.getKey()), codec.hash(entry.getKey(), cell), 0);
                all.remove();
            }
        }
        digests.fit(this::hashes);
        return droppedSeq;
    }

    private static int bucketBits(String key) {
        return Partitions.bucketBits(Murmur3.hash(key));
    }

    private void hashes(DigestTree.Sink sink) {
        rows.forEach((key, row) -> sink.accept(bucketBits(key), codec.hash(key, row.cell())));
    }

    long[] digests(int depth) {
        return digests.digests(depth, this::hashes);
    }

    /** Adds the entries changed behind {@code fromSeq}, oldest first. */
    void collectSince(long fromSeq, List<Changed> into) {
        int start = into.size();
        for (Map.Entry<String, Row> entry : rows.sequencedEntrySet().reversed()) {
            if (entry.getValue().seq() <= fromSeq) {
                break;
            }
            into.add(changed(entry));
        }
        Collections.reverse(into.subList(start, into.size()));
    }

    /** The entries of some buckets, by bucket, in one pass. */
    Map<Integer, List<Entry>> inBuckets(Collection<Integer> buckets, int depth) {
        Map<Integer, List<Entry>> found = new HashMap<>();
        for (int bucket : buckets) {
            found.put(bucket, new ArrayList<>());
        }
        rows.forEach((key, row) -> {
            List<Entry> wanted = found.get(Partitions.bucket(bucketBits(key), depth));
            if (wanted != null) {
                wanted.add(new Entry(map, key, row.cell()));
            }
        });
        return found;
    }

    private Changed changed(Map.Entry<String, Row> entry) {
        return new Changed(
                new Entry(map, entry.getKey(), entry.getValue().cell()),
                entry.getValue().seq());
    }

    /** An entry with the sequence number of its last change. */
    record Changed(Entry entry, long seq) {}
}
