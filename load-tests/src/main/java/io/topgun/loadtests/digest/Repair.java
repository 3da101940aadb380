package io.topgun.loadtests.digest;

import io.topgun.protocol.Message;
import io.topgun.protocol.Prefixes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The repair of one partition by digests, as docs/PROTOCOL.md tells it, with the widths and depths of the browser's client, at a
 * node where nothing else changes.
 */
final class Repair {
    private static final int DIGEST_WIDTH = 3;
    private static final int KEY_WIDTH = 2;
    /** Few enough cells that all may come. */
    private static final int FEW_CELLS = 32;

    private static final int PICKED_MAX = 1_000;

    private final long subId;
    private final String map;
    private final int partition;
    private final Slice slice;
    private final Set<Integer> awaited = new TreeSet<>();
    private final Map<Integer, Set<Long>> wanted = new TreeMap<>();
    private final Set<String> surplus = new HashSet<>();
    private long root;
    private int depth;
    private boolean thorough;
    private int questions;
    private boolean done;

    Repair(long subId, String map, int partition, Slice slice) {
        this.subId = subId;
        this.map = map;
        this.partition = partition;
        this.slice = slice;
    }

    boolean isDone() {
        return done;
    }

    /** How often it has asked; each question waits for the answer to the one before. */
    int questions() {
        return questions;
    }

    /** What it asks next; nothing once it is done. */
    Optional<Message> on(Message answer) {
        Optional<Message> next = switch (answer) {
            case Message.Digest digest when questions == 0 -> begin(digest);
            case Message.Digest digest -> compare(digest);
            case Message.Buckets buckets -> take(buckets);
            case Message.Keys keys -> tellApart(keys);
            case Message.Cells cells -> take(cells);
            default -> throw new IllegalStateException("Not expected in a repair: " + answer);
        };
        questions += next.isPresent() ? 1 : 0;
        return next;
    }

    private Optional<Message> begin(Message.Digest digest) {
        root = digest.digests().get(0);
        return check();
    }

    private Optional<Message> check() {
        done = slice.root() == root;
        if (done) {
            return Optional.empty();
        }
        thorough = questions > 0; // cut digests have hidden a difference
        int keys = slice.size();
        depth = keys < 64 ? 0 : keys < 1_024 ? 1 : keys < 16_384 ? 2 : 3;
        if (depth == 0) {
            awaited.add(0);
            return fetch(OptionalInt.empty());
        }
        OptionalInt width = thorough ? OptionalInt.empty() : OptionalInt.of(DIGEST_WIDTH);
        return Optional.of(new Message.Fetch(subId, map, partition, depth, List.of(), width));
    }

    private Optional<Message> compare(Message.Digest digest) {
        long[] own = slice.digests(depth);
        for (int bucket = 0; bucket < own.length; bucket++) {
            if (Prefixes.cut(own[bucket], digest.width()) != digest.digests().get(bucket)) {
                awaited.add(bucket);
            }
        }
        return awaited.isEmpty() ? check() : fetch(width());
    }

    /** Of the questions for buckets: none where whole cells are to come. */
    private OptionalInt width() {
        boolean few = (long) slice.size() * awaited.size() / (1 << (4 * depth)) <= FEW_CELLS;
        return thorough || few ? OptionalInt.empty() : OptionalInt.of(KEY_WIDTH);
    }

    private Optional<Message> fetch(OptionalInt width) {
        return Optional.of(new Message.Fetch(subId, map, partition, depth, List.copyOf(awaited), width));
    }

    private Optional<Message> take(Message.Buckets answer) {
        slice.replace(Set.copyOf(answer.buckets()), depth, answer.entries());
        answer.buckets().forEach(awaited::remove);
        return awaited.isEmpty() ? check() : fetch(OptionalInt.empty());
    }

    private Optional<Message> tellApart(Message.Keys answer) {
        Set<Integer> buckets = new HashSet<>();
        answer.buckets().forEach(theirs -> buckets.add(theirs.bucket()));
        Map<Integer, Map<String, Long>> own = slice.prefixes(buckets, depth, KEY_WIDTH);
        for (Prefixes theirs : answer.buckets()) {
            Set<Long> known = Set.copyOf(theirs.prefixes());
            Set<Long> missing = new HashSet<>(known);
            own.getOrDefault(theirs.bucket(), Map.of()).forEach((key, prefix) -> {
                missing.remove(prefix);
                if (!known.contains(prefix)) {
                    surplus.add(key);
                }
            });
            if (!missing.isEmpty()) {
                wanted.put(theirs.bucket(), missing);
            }
        }
        awaited.removeAll(buckets);
        return awaited.isEmpty() ? pick() : fetch(OptionalInt.of(KEY_WIDTH));
    }

    private Optional<Message> pick() {
        if (wanted.isEmpty()) {
            surplus.forEach(slice::remove);
            surplus.clear();
            return check();
        }
        List<Prefixes> picked = new ArrayList<>();
        int left = PICKED_MAX;
        for (Map.Entry<Integer, Set<Long>> bucket : wanted.entrySet()) {
            List<Long> some = bucket.getValue().stream().limit(left).toList();
            picked.add(Prefixes.of(bucket.getKey(), some, KEY_WIDTH));
            left -= some.size();
            if (left == 0) {
                break;
            }
        }
        return Optional.of(new Message.Pick(subId, map, partition, depth, KEY_WIDTH, picked));
    }

    private Optional<Message> take(Message.Cells answer) {
        for (Prefixes brought : answer.buckets()) {
            wanted.computeIfPresent(brought.bucket(), (bucket, left) -> {
                left.removeAll(Set.copyOf(brought.prefixes()));
                return left.isEmpty() ? null : left;
            });
        }
        answer.entries().forEach(entry -> surplus.remove(entry.key()));
        slice.putAll(answer.entries());
        return pick();
    }
}
