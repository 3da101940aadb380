package io.topgun.node.partition;

import io.topgun.protocol.Entry;
import io.topgun.protocol.Prefixes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Answers what a replica is asked to read, in pieces of bounded size. */
final class Reader {
    /** Prefixes of a PICK that are looked for at a time. */
    private static final int PREFIXES_MAX = 16_384;

    private final int partition;
    private final PartitionState state;

    Reader(int partition, PartitionState state) {
        this.partition = partition;
        this.state = state;
    }

    /** The changes behind a cursor if it is good, else the digests of the maps. */
    void read(PartitionReplica.Read read, Consumer<ReadReply> reply) {
        if (state.isGood(read.from())) {
            PartitionState.Changes changes =
                    state.changesSince(read.maps(), read.from().seq(), read.bytesMax());
            reply.accept(new ReadReply.Chunk(
                    read.tag(), partition, changes.next(), changes.more(), changes.entries(), state.frontierMs()));
            return;
        }
        int left = read.maps().size();
        for (String map : read.maps()) {
            left--;
            reply.accept(digests(read.tag(), map, 0, Prefixes.WIDTH_MAX, left == 0));
        }
    }

    Roots roots(PartitionReplica.ReadRoots read) {
        return Roots.of(partition, state, read);
    }

    ReadReply digests(PartitionReplica.ReadDigests read) {
        return digests(read.tag(), read.map(), read.depth(), read.width(), true);
    }

    private ReadReply digests(long tag, String map, int depth, int width, boolean isLast) {
        return new ReadReply.Digests(
                tag, partition, map, state.seq(), depth, width, state.digests(map, depth), state.frontierMs(), isLast);
    }

    /** As many of the buckets as there is room for, at least one. */
    ReadReply buckets(PartitionReplica.ReadBuckets read) {
        Map<Integer, List<Entry>> found = new HashMap<>();
        state.inBuckets(
                read.map(),
                read.depth(),
                new HashSet<>(read.buckets()),
                (bucket, entry, digest) ->
                        found.computeIfAbsent(bucket, none -> new ArrayList<>()).add(entry));
        List<Entry> cells = new ArrayList<>();
        List<Integer> answered = new ArrayList<>();
        long bytes = 0;
        for (int bucket : read.buckets()) {
            if (bytes > read.bytesMax()) {
                break;
            }
            for (Entry entry : found.getOrDefault(bucket, List.of())) {
                cells.add(entry);
                bytes += PartitionState.approximateBytes(entry);
            }
            answered.add(bucket);
        }
        return new ReadReply.Buckets(read.tag(), partition, read.map(), read.depth(), answered, cells);
    }

    /** As many of the buckets as there is room for, at least one. */
    ReadReply keys(PartitionReplica.ReadKeys read) {
        Map<Integer, List<Long>> found = new HashMap<>();
        state.inBuckets(
                read.map(),
                read.depth(),
                new HashSet<>(read.buckets()),
                (bucket, entry, digest) ->
                        found.computeIfAbsent(bucket, none -> new ArrayList<>()).add(digest));
        List<Prefixes> answered = new ArrayList<>();
        long bytes = 0;
        for (int bucket : read.buckets()) {
            if (bytes > read.bytesMax()) {
                break;
            }
            Collection<Long> digests = found.getOrDefault(bucket, List.of());
            answered.add(Prefixes.of(bucket, digests, read.width()));
            bytes += 4 + (long) digests.size() * read.width();
        }
        return new ReadReply.Keys(read.tag(), partition, read.map(), read.depth(), read.width(), answered);
    }

    /** The cells of as many of the prefixes as there is room for, at least one. */
    ReadReply cells(PartitionReplica.PickCells pick) {
        Map<Integer, Map<Long, List<Entry>>> wanted = new HashMap<>();
        int left = PREFIXES_MAX;
        for (Prefixes bucket : pick.buckets()) {
            Map<Long, List<Entry>> byPrefix = wanted.computeIfAbsent(bucket.bucket(), none -> new HashMap<>());
            List<Long> some = bucket.prefixes()
                    .subList(0, Math.min(left, bucket.prefixes().size()));
            some.forEach(prefix -> byPrefix.put(prefix, new ArrayList<>(1)));
            left -= some.size();
        }
        state.inBuckets(pick.map(), pick.depth(), Set.copyOf(wanted.keySet()), (bucket, entry, digest) -> {
            Map<Long, List<Entry>> byPrefix = wanted.getOrDefault(bucket, Map.of());
            byPrefix.computeIfPresent(Prefixes.cut(digest, pick.width()), (prefix, found) -> {
                found.add(entry);
                return found;
            });
        });
        List<Prefixes> answered = new ArrayList<>();
        List<Entry> cells = new ArrayList<>();
        long bytes = 0;
        for (Prefixes bucket : pick.buckets()) {
            Map<Long, List<Entry>> found = wanted.getOrDefault(bucket.bucket(), Map.of());
            List<Long> prefixes = new ArrayList<>();
            for (long prefix : bucket.prefixes()) {
                List<Entry> some = found.get(prefix);
                if (bytes > pick.bytesMax() || some == null) {
                    break;
                }
                prefixes.add(prefix);
                bytes += pick.width();
                for (Entry entry : some) {
                    cells.add(entry);
                    bytes += PartitionState.approximateBytes(entry);
                }
            }
            if (!prefixes.isEmpty()) {
                answered.add(new Prefixes(bucket.bucket(), prefixes));
            }
        }
        return new ReadReply.Cells(pick.tag(), partition, pick.map(), pick.depth(), pick.width(), answered, cells);
    }
}
