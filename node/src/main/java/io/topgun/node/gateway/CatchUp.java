package io.topgun.node.gateway;

import io.topgun.crdt.Partitions;
import io.topgun.node.hub.Source;
import io.topgun.node.hub.SourceTable;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.Message;
import io.topgun.protocol.Position;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** A subscription on its way to being live: which partitions were read, and from which position the others are. */
final class CatchUp {
    private final long subId;
    private final Set<String> maps;
    private final Map<Integer, Position> positions;
    private final BitSet done = new BitSet(Partitions.COUNT);
    /** Partitions that got another source meanwhile: the whole session compares those, so they are not read for this subscription. */
    private final BitSet compared = new BitSet(Partitions.COUNT);

    private int next;
    private int left = Partitions.COUNT;

    /**
     * A subscription of which nothing was read.
     *
     * @param positions the client's position of each partition it has state of; they do not change
     */
    CatchUp(long subId, Set<String> maps, Map<Integer, Position> positions) {
        this.subId = subId;
        this.maps = Set.copyOf(maps);
        this.positions = positions;
    }

    long subId() {
        return subId;
    }

    Set<String> maps() {
        return maps;
    }

    /** The next partition to read, once. */
    OptionalInt next() {
        while (compared.get(next) || done.get(next)) {
            next++;
        }
        return next < Partitions.COUNT ? OptionalInt.of(next++) : OptionalInt.empty();
    }

    /** From where a partition is read, by what the client has of it. */
    Cursor start(int partition, Source source) {
        Position position = positions.get(partition);
        if (position == null) {
            return Cursor.START;
        }
        return isOf(position, source) ? Cursor.at(position.seq()) : Cursor.NOWHERE;
    }

    private static boolean isOf(Position position, Source source) {
        return position.storeId() == source.storeId() && position.incarnation() <= source.incarnation();
    }

    /**
     * Leaves out the partitions of which the client has all there is, without a question. Where the log ends with the position's change,
     * the position is good: nothing behind it can have been lost.
     */
    void leaveOut(SourceTable sources, Grid grid) {
        positions.forEach((partition, position) -> sources.of(partition)
                .filter(source -> isOf(position, source) && grid.endsWith(source, partition, position.seq()))
                .ifPresent(source -> done(partition)));
    }

    /** Whether this says that the client has all there is of a partition: nothing is sent of it, and SYNCED stands for it. */
    boolean isUnchanged(ReadReply reply) {
        Position position = positions.get(reply.partition());
        return position != null
                && reply instanceof ReadReply.Chunk chunk
                && !chunk.more()
                && chunk.entries().isEmpty()
                && chunk.next().seq() == position.seq();
    }

    /** A partition was read to its end, or is as the client left it. */
    void done(int partition) {
        if (!done.get(partition)) {
            done.set(partition);
            left--;
        }
    }

    /** A partition got another source; its maps will be compared, with those of all subscriptions. */
    void compare(int partition) {
        compared.set(partition);
    }

    /** All maps of a partition were compared. */
    void onCompared(int partition) {
        if (compared.get(partition)) {
            done(partition);
        }
    }

    boolean isDone() {
        return left == 0;
    }

    /** The message that carries an answer to the client. */
    static Message toMessage(long subId, ReadReply reply, int ref) {
        return switch (reply) {
            case ReadReply.Chunk chunk -> toMessage(subId, chunk, ref);
            case ReadReply.Digests digests ->
                new Message.Digest(
                        subId,
                        digests.map(),
                        digests.partition(),
                        ref,
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

    /** The SNAPSHOT that carries a chunk to the client. */
    static Message.Snapshot toMessage(long subId, ReadReply.Chunk chunk, int ref) {
        return new Message.Snapshot(
                subId,
                chunk.partition(),
                ref,
                chunk.next().seq(),
                chunk.more(),
                chunk.entries(),
                chunk.more() ? OptionalLong.empty() : frontier(chunk.frontierMs()));
    }

    private static OptionalLong frontier(long ms) {
        return ms == 0 ? OptionalLong.empty() : OptionalLong.of(ms);
    }
}
