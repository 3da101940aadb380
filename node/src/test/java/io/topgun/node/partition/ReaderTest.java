package io.topgun.node.partition;

import static io.topgun.node.partition.Histories.merged;
import static io.topgun.node.partition.Histories.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Murmur3;
import io.topgun.crdt.Partitions;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Prefixes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReaderTest {
    private static final int ENOUGH = 1 << 20;

    private final ActorRef<ReadReply> nobody = TestInbox.<ReadReply>create().getRef();
    private final PartitionState state = Histories.filled("m", 500);
    private final Reader reader = new Reader(9, state);

    private static List<Integer> all(int depth) {
        return IntStream.range(0, 1 << (4 * depth)).boxed().toList();
    }

    private static long digest(Entry entry) {
        return new CellCodec().hash(entry.key(), entry.cell());
    }

    private Map<Integer, List<Entry>> content(int depth) {
        Map<Integer, List<Entry>> byBucket = new HashMap<>();
        for (Entry entry : state.changesSince(Set.of("m"), 0, Integer.MAX_VALUE).entries()) {
            int bucket = Partitions.bucket(Partitions.bucketBits(Murmur3.hash(entry.key())), depth);
            byBucket.computeIfAbsent(bucket, none -> new ArrayList<>()).add(entry);
        }
        return byBucket;
    }

    private ReadReply.Keys keys(int depth, int width, List<Integer> buckets, int bytesMax) {
        return (ReadReply.Keys)
                reader.keys(new PartitionReplica.ReadKeys(1, "m", depth, width, buckets, bytesMax, nobody));
    }

    private ReadReply.Cells cells(int depth, int width, List<Prefixes> buckets, int bytesMax) {
        return (ReadReply.Cells)
                reader.cells(new PartitionReplica.PickCells(1, "m", depth, width, buckets, bytesMax, nobody));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void shouldTellWhatTheDigestsOfABucketsCellsBeginWith(int width) {
        Map<Integer, List<Entry>> content = content(1);
        List<Prefixes> answer = keys(1, width, all(1), ENOUGH).buckets();
        assertEquals(16, answer.size());
        for (Prefixes bucket : answer) {
            List<Long> expected = content.getOrDefault(bucket.bucket(), List.of()).stream()
                    .map(entry -> Prefixes.cut(digest(entry), width))
                    .sorted(Long::compareUnsigned)
                    .toList();
            assertEquals(expected, bucket.prefixes());
        }
    }

    @Test
    void shouldTellKeysInPiecesOfWholeBuckets() {
        List<Integer> left = new ArrayList<>(all(1));
        while (!left.isEmpty()) {
            List<Prefixes> some = keys(1, 8, left, 500).buckets();
            assertTrue(!some.isEmpty() && some.size() < 5, some.size() + " buckets of about 250 bytes in 500");
            assertEquals(
                    left.subList(0, some.size()),
                    some.stream().map(Prefixes::bucket).toList());
            left = left.subList(some.size(), left.size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void shouldGiveTheCellsWhoseDigestsBeginSoAndNoOthers(int width) {
        List<Prefixes> wanted = new ArrayList<>();
        Set<Entry> expected = new HashSet<>();
        content(2).forEach((bucket, entries) -> {
            long prefix = Prefixes.cut(digest(entries.getFirst()), width);
            wanted.add(Prefixes.of(bucket, List.of(prefix), 8));
            entries.stream()
                    .filter(entry -> Prefixes.cut(digest(entry), width) == prefix)
                    .forEach(expected::add);
        });
        ReadReply.Cells answer = cells(2, width, wanted, ENOUGH);
        assertEquals(wanted, answer.buckets());
        assertEquals(expected, Set.copyOf(answer.entries()));
        assertEquals(expected.size(), answer.entries().size());
    }

    @Test
    void shouldGiveCellsInPiecesAndPassOverThoseThatAreGone() {
        List<Prefixes> wanted = keys(1, 8, all(1), ENOUGH).buckets();
        state.apply(merged("m", "k7", value(10_000, 3)));
        Set<String> got = new HashSet<>();
        int pieces = 0;
        while (!wanted.isEmpty()) {
            ReadReply.Cells piece = cells(1, 8, wanted, 1_000);
            piece.entries().forEach(entry -> assertTrue(got.add(entry.key())));
            wanted = without(wanted, piece.buckets());
            pieces++;
        }
        assertEquals(499, got.size());
        assertTrue(pieces > 5, "a piece has about 1,000 bytes: " + pieces);
    }

    @Test
    void shouldAnswerAPartOfAPickOfVeryManyPrefixes() {
        List<Long> many = LongStream.range(0, 20_000).boxed().toList();
        List<Prefixes> answered =
                cells(0, 8, List.of(new Prefixes(0, many)), ENOUGH).buckets();
        assertEquals(List.of(new Prefixes(0, many.subList(0, 16_384))), answered);
    }

    private static List<Prefixes> without(List<Prefixes> wanted, List<Prefixes> answered) {
        Map<Integer, Set<Long>> done = new HashMap<>();
        answered.forEach(bucket -> done.put(bucket.bucket(), Set.copyOf(bucket.prefixes())));
        List<Prefixes> left = new ArrayList<>();
        for (Prefixes bucket : wanted) {
            List<Long> rest = new ArrayList<>(bucket.prefixes());
            rest.removeAll(done.getOrDefault(bucket.bucket(), Set.of()));
            if (!rest.isEmpty()) {
                left.add(new Prefixes(bucket.bucket(), rest));
            }
        }
        left.sort(Comparator.comparingInt(Prefixes::bucket));
        return left;
    }

    @Test
    void shouldAnswerAnEmptyBucketAndAMapThatIsNotThere() {
        assertEquals(
                List.of(new Prefixes(3, List.of())),
                ((ReadReply.Keys)
                                reader.keys(new PartitionReplica.ReadKeys(1, "none", 2, 3, List.of(3), ENOUGH, nobody)))
                        .buckets());
    }

    /** A change that the frontier took meanwhile is not hidden: the reader is given digests to compare. */
    @Test
    void shouldGiveDigestsInPlaceOfTheNextChunkWhenADeleteWasPrunedBetween() {
        List<ReadReply> replies = new ArrayList<>();
        read(Cursor.START, replies);
        ReadReply.Chunk first = (ReadReply.Chunk) replies.removeFirst();
        assertTrue(first.more());
        state.apply(merged("m", "k0", Histories.removed(2_000)));
        read(first.next(), replies);
        ReadReply.Chunk second = (ReadReply.Chunk) replies.removeFirst();
        state.apply(new Event.FrontierAdvanced(2_000));
        read(second.next(), replies);
        ReadReply.Digests digests = (ReadReply.Digests) replies.removeFirst();
        assertEquals(2_000, digests.frontierMs());
        assertTrue(digests.isLast());
    }

    @Test
    void shouldGoOnWithChunksWhenOnlyWhatWasBeforeThemWasPruned() {
        state.apply(merged("m", "gone", Histories.removed(1))).apply(new Event.FrontierAdvanced(50));
        List<ReadReply> replies = new ArrayList<>();
        Cursor cursor = Cursor.START;
        boolean more = true;
        while (more) {
            read(cursor, replies);
            ReadReply.Chunk chunk = (ReadReply.Chunk) replies.removeFirst();
            cursor = chunk.next();
            more = chunk.more();
            assertEquals(50, chunk.frontierMs());
        }
        assertEquals(state.seq(), cursor.seq());
    }

    private void read(Cursor from, List<ReadReply> replies) {
        reader.read(new PartitionReplica.Read(1, Set.of("m"), from, 1_000, nobody), replies::add);
    }
}
