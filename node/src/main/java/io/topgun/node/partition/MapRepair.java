package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.crdt.Murmur3;
import io.topgun.crdt.Partitions;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Prefixes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of a {@link Repair} that is about one map. Digests of buckets are compared, deeper as long as that costs less than telling
 * apart the cells of those that differ. That is done by what the cells' digests begin with; those that are missing here are picked.
 * What a bucket's digest should be is known, whole: if the cells that were told and picked do not amount to it, because two digests begin
 * alike or something changed meanwhile, the bucket's cells are fetched, all of them. So they are at once where they are few, or where the
 * own cells are to be compared with them.
 */
final class MapRepair {
    /** The greatest depth whose digests fit into one answer. */
    private static final int DEPTH_MAX = 3;
    /** So few cells are better fetched than told apart. */
    private static final int FEW = 8;
    /** Of a cell on the way, about: which is all that is needed to choose a depth. */
    private static final int CELL_BYTES = 64;

    private static final int CELLS_ASKED_MAX = 1_000;
    private static final int PREFIXES_ASKED_MAX = 16_000;

    private final String map;
    private final int size;
    private final Repair.Keep keep;
    private final Remains remains;
    private int depth;
    /** Their digests at this depth; empty if still to be asked. */
    private long[] digests = new long[0];
    /** Buckets of which is to be asked what their cells' digests begin with. */
    private final TreeSet<Integer> untold = new TreeSet<>();
    /** Buckets of which all cells are to be fetched. */
    private final TreeSet<Integer> whole = new TreeSet<>();
    /** What the digests of the cells begin with that are to be picked, ascending, by buckets. */
    private final Map<Integer, List<Long>> wanted = new LinkedHashMap<>();
    /** What the digests of the cells must amount to that are wanted. */
    private final Map<Integer, Long> lacking = new HashMap<>();

    /**
     * The repair of a map.
     *
     * @param root of the map, with the size of the larger side
     * @param frontierMs of the sibling
     */
    MapRepair(Roots.Root root, Repair.Keep keep, long frontierMs) {
        this.map = root.map();
        this.size = root.size();
        this.keep = keep;
        this.remains = new Remains(frontierMs);
        if (size <= FEW) {
            whole.add(0);
        } else {
            depth = 1;
        }
    }

    /** What to ask next; empty if the map is done. */
    Optional<PartitionReplica.Command> question(long tag, Repair.Asker asker) {
        if (!wanted.isEmpty()) {
            return Optional.of(new PartitionReplica.PickCells(
                    tag, map, depth, width(), someWanted(), asker.bytesMax(), asker.replyTo()));
        }
        if (!untold.isEmpty()) {
            List<Integer> buckets = some(untold, PREFIXES_ASKED_MAX);
            return Optional.of(new PartitionReplica.ReadKeys(
                    tag, map, depth, width(), buckets, asker.bytesMax(), asker.replyTo()));
        }
        if (!whole.isEmpty()) {
            List<Integer> buckets = some(whole, CELLS_ASKED_MAX);
            return Optional.of(
                    new PartitionReplica.ReadBuckets(tag, map, depth, buckets, asker.bytesMax(), asker.replyTo()));
        }
        if (depth > 0 && digests.length == 0) {
            return Optional.of(new PartitionReplica.ReadDigests(tag, map, depth, Prefixes.WIDTH_MAX, asker.replyTo()));
        }
        return Optional.empty();
    }

    Repair.Changes on(ReadReply answer, PartitionState own) {
        return switch (answer) {
            case ReadReply.Digests told -> compare(told.digests(), own);
            case ReadReply.Keys told -> tellApart(told.buckets(), own);
            case ReadReply.Cells picked -> merge(picked, own);
            case ReadReply.Buckets fetched -> merge(fetched, own);
            case ReadReply.Chunk chunk -> throw new IllegalStateException("not asked for: " + chunk);
        };
    }

    /** Bytes of a digest that tell apart the cells of a bucket, nearly always. */
    private int width() {
        return keysPerBucket() <= 64 ? 2 : 3;
    }

    private int keysPerBucket() {
        return size >> (4 * depth);
    }

    private int bucket(String key) {
        return Partitions.bucket(Partitions.bucketBits(Murmur3.hash(key)), depth);
    }

    private List<Integer> some(Collection<Integer> buckets, int cells) {
        return buckets.stream()
                .limit(Math.max(1, cells / (1 + keysPerBucket())))
                .toList();
    }

    private Repair.Changes compare(long[] theirs, PartitionState own) {
        long[] mine = own.digests(map, depth);
        List<Integer> differing = new ArrayList<>();
        for (int bucket = 0; bucket < theirs.length; bucket++) {
            if (theirs[bucket] != mine[bucket]) {
                differing.add(bucket);
            }
        }
        long cells = (long) size * differing.size() / theirs.length;
        long cellBytes = keep == Repair.Keep.FRESH ? CELL_BYTES : width();
        long deeperBytes = 16L * Long.BYTES * theirs.length;
        if (depth < DEPTH_MAX && cells * cellBytes > deeperBytes) {
            depth++;
        } else {
            digests = theirs;
            (keep == Repair.Keep.FRESH || cells <= FEW ? whole : untold).addAll(differing);
        }
        return Repair.Changes.NONE;
    }

    private Repair.Changes tellApart(List<Prefixes> buckets, PartitionState own) {
        Map<Integer, Map<Long, Long>> mine = new HashMap<>();
        for (Prefixes theirs : buckets) {
            mine.put(theirs.bucket(), new HashMap<>());
        }
        own.inBuckets(map, depth, mine.keySet(), (bucket, entry, digest) -> {
            mine.getOrDefault(bucket, Map.of()).merge(Prefixes.cut(digest, width()), digest, (a, b) -> a ^ b);
        });
        for (Prefixes theirs : buckets) {
            untold.remove(theirs.bucket());
            tellApart(theirs, mine.getOrDefault(theirs.bucket(), Map.of()));
        }
        return Repair.Changes.NONE;
    }

    private void tellApart(Prefixes theirs, Map<Long, Long> mine) {
        long rest = digests[theirs.bucket()];
        Set<Long> missing = new TreeSet<>(Long::compareUnsigned);
        for (long prefix : Set.copyOf(theirs.prefixes())) {
            Long known = mine.get(prefix);
            if (known == null) {
                missing.add(prefix);
            } else {
                rest ^= known;
            }
        }
        lacking.put(theirs.bucket(), rest);
        if (missing.isEmpty()) {
            settle(theirs.bucket());
        } else {
            wanted.put(theirs.bucket(), List.copyOf(missing));
        }
    }

    /** All cells of a bucket that were told are here; whether those are all there were is for the digest to say. */
    private void settle(int bucket) {
        if (lacking.getOrDefault(bucket, 0L) != 0) {
            whole.add(bucket);
        }
        lacking.remove(bucket);
    }

    private List<Prefixes> someWanted() {
        List<Prefixes> some = new ArrayList<>();
        int left = CELLS_ASKED_MAX;
        for (Map.Entry<Integer, List<Long>> bucket : wanted.entrySet()) {
            List<Long> prefixes = bucket.getValue();
            some.add(new Prefixes(bucket.getKey(), prefixes.subList(0, Math.min(left, prefixes.size()))));
            left -= prefixes.size();
            if (left <= 0) {
                break;
            }
        }
        return some;
    }

    private Repair.Changes merge(ReadReply.Cells picked, PartitionState own) {
        for (Entry entry : picked.entries()) {
            lacking.computeIfPresent(bucket(entry.key()), (bucket, rest) -> rest ^ own.digest(entry));
        }
        for (Prefixes answered : picked.buckets()) {
            Set<Long> done = new HashSet<>(answered.prefixes());
            List<Long> left = wanted.getOrDefault(answered.bucket(), List.of()).stream()
                    .filter(prefix -> !done.contains(prefix))
                    .toList();
            if (left.isEmpty()) {
                wanted.remove(answered.bucket());
                settle(answered.bucket());
            } else {
                wanted.put(answered.bucket(), left);
            }
        }
        return new Repair.Changes(0, List.of(), picked.entries());
    }

    private Repair.Changes merge(ReadReply.Buckets fetched, PartitionState own) {
        fetched.buckets().forEach(whole::remove);
        if (keep == Repair.Keep.ALL) {
            return new Repair.Changes(0, List.of(), fetched.entries());
        }
        Map<String, Entry> merged = new LinkedHashMap<>();
        fetched.entries().forEach(entry -> merged.put(entry.key(), entry));
        List<Repair.Address> dropped = new ArrayList<>();
        own.inBuckets(map, depth, Set.copyOf(fetched.buckets()), (bucket, mine, digest) -> {
            Entry theirs = merged.get(mine.key());
            Optional<Cell> rest = remains.of(mine.cell(), theirs == null ? null : theirs.cell());
            if (!rest.equals(Optional.of(mine.cell()))) {
                dropped.add(new Repair.Address(map, mine.key()));
                rest.ifPresent(cell -> merged.merge(
                        mine.key(),
                        new Entry(map, mine.key(), cell),
                        (a, b) -> new Entry(map, a.key(), a.cell().merge(b.cell()))));
            }
        });
        return new Repair.Changes(0, dropped, List.copyOf(merged.values()));
    }
}
