package io.topgun.node.gateway;

import io.topgun.crdt.Partitions;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.Message;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A subscription on its way to being live: which partitions were read, which are being read, from which position. */
final class CatchUp {
    /** Where to read a partition on. */
    record From(int partition, Cursor cursor) {}

    private final long subId;
    private final Set<String> maps;
    private final Map<Integer, Long> positions;
    private final Map<Integer, Integer> digestsSeen = new HashMap<>();
    private final BitSet done = new BitSet(Partitions.COUNT);
    private int next;

    /**
     * A subscription of which nothing was read.
     *
     * @param positions the client's position of each partition it has state of; -1 for one that is not this store's
     */
    CatchUp(long subId, Set<String> maps, Map<Integer, Long> positions) {
        this.subId = subId;
        this.maps = Set.copyOf(maps);
        this.positions = Map.copyOf(positions);
    }

    long subId() {
        return subId;
    }

    Set<String> maps() {
        return maps;
    }

    /** The next partition to read, once. */
    Optional<From> next() {
        if (next == Partitions.COUNT) {
            return Optional.empty();
        }
        int partition = next++;
        Long position = positions.get(partition);
        return Optional.of(new From(partition, position == null ? Cursor.START : Cursor.at(position)));
    }

    /** Notes an answer; tells where to go on if the partition is not done. */
    Optional<From> onReply(ReadReply reply) {
        int partition = reply.partition();
        switch (reply) {
            case ReadReply.Chunk chunk -> {
                if (chunk.more()) {
                    return Optional.of(new From(partition, chunk.next()));
                }
                done.set(partition);
            }
            case ReadReply.Digests digests -> {
                if (digestsSeen.merge(partition, 1, Integer::sum) == maps.size()) {
                    done.set(partition);
                }
            }
            case ReadReply.Buckets fetched -> throw notPartOfThis(fetched);
            case ReadReply.Keys fetched -> throw notPartOfThis(fetched);
            case ReadReply.Cells fetched -> throw notPartOfThis(fetched);
        }
        return Optional.empty();
    }

    private static IllegalStateException notPartOfThis(ReadReply reply) {
        return new IllegalStateException("not part of catching up: " + reply.getClass());
    }

    boolean isDone() {
        return done.cardinality() == Partitions.COUNT;
    }

    /** The message that carries an answer to the client. */
    static Message toMessage(long subId, ReadReply reply) {
        return switch (reply) {
            case ReadReply.Chunk chunk ->
                new Message.Snapshot(
                        subId,
                        chunk.partition(),
                        0,
                        chunk.next().seq(),
                        chunk.more(),
                        chunk.entries(),
                        chunk.more() ? OptionalLong.empty() : frontier(chunk.frontierMs()));
            case ReadReply.Digests digests ->
                new Message.Digest(
                        subId,
                        digests.map(),
                        digests.partition(),
                        0,
                        digests.seq(),
                        digests.depth(),
                        digests.width(),
                        Arrays.stream(digests.digests()).boxed().toList(),
                        frontier(digests.frontierMs()));
            case ReadReply.Buckets fetched ->
                new Message.Buckets(
                        subId,
                        fetched.map(),
                        fetched.partition(),
                        fetched.depth(),
                        fetched.buckets(),
                        fetched.entries());
            case ReadReply.Keys fetched ->
                new Message.Keys(
                        subId, fetched.map(), fetched.partition(), fetched.depth(), fetched.width(), fetched.buckets());
            case ReadReply.Cells fetched ->
                new Message.Cells(
                        subId,
                        fetched.map(),
                        fetched.partition(),
                        fetched.depth(),
                        fetched.width(),
                        fetched.buckets(),
                        fetched.entries());
        };
    }

    private static OptionalLong frontier(long ms) {
        return ms == 0 ? OptionalLong.empty() : OptionalLong.of(ms);
    }
}
