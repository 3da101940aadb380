package io.topgun.loadtests.digest;

import io.topgun.crdt.Cell;
import io.topgun.crdt.DigestTree;
import io.topgun.crdt.Murmur3;
import io.topgun.crdt.Partitions;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Prefixes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a client holds of a partition of one map, with digests that follow each change. For one thread at a time. */
final class Slice {
    private final Map<String, Held> cells = new HashMap<>();
    private final DigestTree tree = new DigestTree();
    private final CellCodec codec = new CellCodec();

    private record Held(Cell cell, long digest, int bucketBits) {}

    int size() {
        return cells.size();
    }

    /** Whether it has this cell under this key. */
    boolean has(String key, Cell cell) {
        Held held = cells.get(key);
        return held != null && held.cell.equals(cell);
    }

    void put(String key, Cell cell) {
        Held now = new Held(cell, codec.hash(key, cell), Partitions.bucketBits(Murmur3.hash(key)));
        Held before = cells.put(key, now);
        tree.update(now.bucketBits, before == null ? 0 : before.digest, now.digest);
        tree.fit(this::walk);
    }

    void putAll(List<Entry> entries) {
        entries.forEach(entry -> put(entry.key(), entry.cell()));
    }

    void remove(String key) {
        Held before = cells.remove(key);
        if (before != null) {
            tree.update(before.bucketBits, before.digest, 0);
        }
    }

    void clear() {
        Set.copyOf(cells.keySet()).forEach(this::remove);
    }

    private void walk(DigestTree.Sink sink) {
        cells.values().forEach(held -> sink.accept(held.bucketBits, held.digest));
    }

    long root() {
        return tree.root();
    }

    /** Digests of the 16^depth buckets. */
    long[] digests(int depth) {
        return tree.digests(depth, this::walk);
    }

    /** Keys of some buckets by bucket, with what their digests begin with. */
    Map<Integer, Map<String, Long>> prefixes(Set<Integer> buckets, int depth, int width) {
        Map<Integer, Map<String, Long>> found = new HashMap<>();
        buckets.forEach(bucket -> found.put(bucket, new HashMap<>()));
        cells.forEach((key, held) -> {
            Map<String, Long> bucket = found.get(Partitions.bucket(held.bucketBits, depth));
            if (bucket != null) {
                bucket.put(key, Prefixes.cut(held.digest, width));
            }
        });
        return found;
    }

    /** Has of some buckets what is in a list and nothing else. */
    void replace(Set<Integer> buckets, int depth, List<Entry> entries) {
        Set<String> gone = new HashSet<>();
        prefixes(buckets, depth, 1).values().forEach(bucket -> gone.addAll(bucket.keySet()));
        putAll(entries);
        entries.forEach(entry -> gone.remove(entry.key()));
        gone.forEach(this::remove);
    }
}
