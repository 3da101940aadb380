package io.topgun.node.gateway;

import static io.topgun.node.gateway.Changes.change;
import static io.topgun.node.gateway.Changes.entry;
import static io.topgun.node.gateway.Changes.frame;
import static io.topgun.node.gateway.Changes.pruned;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Partitions;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.Entry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Message;
import io.topgun.protocol.Position;
import io.topgun.protocol.Prefixes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final int READS_MAX = 4;

    private final SessionPeer peer = new SessionPeer(1_000, 1_000, READS_MAX);

    private static ReadReply digests(long tag, int partition, String map, boolean isLast) {
        return new ReadReply.Digests(tag, partition, map, 9, 0, Prefixes.WIDTH_MAX, new long[1], 0, isLast);
    }

    private List<ErrorCode> errors() {
        return peer.pollAll().stream()
                .filter(Message.Error.class::isInstance)
                .map(message -> ((Message.Error) message).code())
                .toList();
    }

    private void fetch(long subId, String map, int depth, List<Integer> buckets) {
        peer.receive(new Message.Fetch(subId, map, 0, depth, buckets));
    }

    @Test
    void shouldNotTakeAnAnswerOfAnEarlierSubscriptionWithTheSameId() {
        peer.subscribe(1, List.of("m"), Map.of());
        List<SessionPeer.Asked> stale = List.copyOf(peer.asked);
        peer.receive(new Message.Unsubscribe(1));
        peer.subscribe(1, List.of("n"), Map.of());
        stale.forEach(asked -> {
            PartitionReplica.Read read = (PartitionReplica.Read) asked.question();
            List<Entry> entries = List.of(entry("m", "k", 1));
            peer.session.onRead(SessionPeer.chunk(read, asked.partition(), 9, entries));
        });
        assertEquals(List.of(), peer.pollAll());
    }

    @Test
    void shouldNotTakeTheFetchedOfAnEarlierSubscriptionWithTheSameId() {
        peer.subscribed(1, "m");
        fetch(1, "m", 0, List.of());
        PartitionReplica.ReadDigests read =
                (PartitionReplica.ReadDigests) peer.asked.removeFirst().question();
        peer.receive(new Message.Unsubscribe(1));
        peer.subscribed(1, "n");
        peer.session.onRead(digests(read.tag(), 0, "m", true));
        assertEquals(List.of(), peer.pollAll());
    }

    @Test
    void shouldForgetTheFetchesThatWaitWhenTheirSubscriptionEnds() {
        peer.subscribed(1, "m");
        IntStream.range(0, READS_MAX + 1).forEach(i -> fetch(1, "m", 0, List.of()));
        peer.receive(new Message.Unsubscribe(1));
        peer.subscribe(1, List.of("n"), Map.of());
        PartitionReplica.ReadDigests first =
                (PartitionReplica.ReadDigests) peer.asked.removeFirst().question();
        peer.session.onRead(digests(first.tag(), 0, "m", true));
        long ofTheOldMap = peer.asked.stream()
                .filter(asked -> asked.question() instanceof PartitionReplica.ReadDigests)
                .count();
        assertEquals(READS_MAX - 1, ofTheOldMap, "only those that were asked before");
    }

    @Test
    void shouldKeepReadsBoundWhenManyMapsHaveBadPositions() {
        Map<Integer, Position> bad = new HashMap<>();
        IntStream.range(0, Partitions.COUNT).forEach(partition -> bad.put(partition, new Position(1, 1, 5)));
        peer.subscribe(1, List.of("a", "b", "c"), bad);
        int synced = 0;
        int digests = 0;
        while (!peer.asked.isEmpty()) {
            assertTrue(peer.asked.size() <= READS_MAX, "reads at a time: " + peer.asked.size());
            SessionPeer.Asked asked = peer.asked.removeFirst();
            PartitionReplica.Read resume = (PartitionReplica.Read) asked.question();
            int left = resume.maps().size();
            for (String map : resume.maps()) {
                left--;
                peer.session.onRead(digests(resume.tag(), asked.partition(), map, left == 0));
                assertTrue(peer.asked.size() <= READS_MAX, "reads at a time: " + peer.asked.size());
            }
            for (Message message : peer.pollAll()) {
                digests += message instanceof Message.Digest ? 1 : 0;
                synced += message instanceof Message.Synced ? 1 : 0;
            }
        }
        assertEquals(3 * Partitions.COUNT, digests);
        assertEquals(1, synced);
    }

    @Test
    void shouldRefuseAFetchThatIsTooDeepOrForTooMuchOrOfAnotherMap() {
        peer.subscribed(1, "m");
        fetch(1, "m", 4, List.of());
        assertEquals(List.of(ErrorCode.TOO_MANY), errors());
        fetch(1, "m", 0, List.of(0, 0));
        assertEquals(List.of(ErrorCode.TOO_MANY), errors());
        fetch(1, "other", 0, List.of());
        assertEquals(List.of(ErrorCode.UNEXPECTED), errors());
        assertEquals(List.of(), peer.asked);
    }

    private void pick(long subId, String map, int depth, List<Prefixes> buckets) {
        peer.receive(new Message.Pick(subId, map, 0, depth, Prefixes.WIDTH_MAX, buckets));
    }

    private static List<Prefixes> prefixes(int count) {
        return List.of(new Prefixes(0, LongStream.range(0, count).boxed().toList()));
    }

    @Test
    void shouldAskForWhatAFetchOrPickWants() {
        peer.subscribed(1, "m");
        peer.receive(new Message.Fetch(1, "m", 0, 2, List.of(), OptionalInt.of(3)));
        peer.receive(new Message.Fetch(1, "m", 0, 2, List.of(7), OptionalInt.of(3)));
        fetch(1, "m", 2, List.of(7));
        pick(1, "m", 2, prefixes(2));
        List<Object> asked = peer.asked.stream()
                .map(one -> switch (one.question()) {
                    case PartitionReplica.ReadDigests q -> List.of("digests", q.depth(), q.width());
                    case PartitionReplica.ReadKeys q -> List.of("keys", q.depth(), q.width(), q.buckets());
                    case PartitionReplica.ReadBuckets q -> List.of("buckets", q.depth(), q.buckets());
                    case PartitionReplica.PickCells q -> List.of("cells", q.depth(), q.width(), q.buckets());
                    default -> (Object) one;
                })
                .toList();
        assertEquals(
                List.of(
                        List.of("digests", 2, 3),
                        List.of("keys", 2, 3, List.of(7)),
                        List.of("buckets", 2, List.of(7)),
                        List.of("cells", 2, 8, prefixes(2))),
                asked);
    }

    @Test
    void shouldRefuseAPickThatIsTooDeepOrForTooMuchOrOfAnotherMap() {
        peer.subscribed(1, "m");
        pick(1, "m", 4, prefixes(1));
        assertEquals(List.of(ErrorCode.TOO_MANY), errors());
        pick(1, "m", 0, List.of(new Prefixes(0, List.of(1L)), new Prefixes(0, List.of(2L))));
        assertEquals(List.of(ErrorCode.TOO_MANY), errors());
        pick(1, "other", 3, prefixes(1));
        assertEquals(List.of(ErrorCode.UNEXPECTED), errors());
        assertEquals(List.of(), peer.asked);
    }

    @Test
    void shouldReadNoFrameWhileManyPrefixesWait() {
        peer.subscribed(1, "m");
        IntStream.range(0, READS_MAX + 1).forEach(i -> pick(1, "m", 3, prefixes(8_192)));
        assertTrue(peer.session.acceptsInput());
        pick(1, "m", 3, prefixes(8_192));
        assertFalse(peer.session.acceptsInput());
        peer.receive(new Message.Unsubscribe(1));
        assertTrue(peer.session.acceptsInput(), "those of a subscription that ended wait no more");
    }

    /** Lets changes of partition 0 pass until the session has to read them again; returns that question. */
    private PartitionReplica.Read fallBehind() {
        for (int seq = 1; peer.asked.isEmpty(); seq++) {
            peer.session.onChanges(frame(change(0, seq, entry("m", "k" + seq, seq))));
            if (seq > 100) {
                peer.pollAll();
            }
        }
        return (PartitionReplica.Read) peer.asked.removeFirst().question();
    }

    @Test
    void shouldTellTheFrontierBehindWhatASlowReaderMissed() {
        peer.subscribed(1, "m");
        PartitionReplica.Read read = fallBehind();
        assertEquals(Cursor.at(0), read.from());
        peer.session.onRead(new ReadReply.Chunk(read.tag(), 0, new Cursor(50, 0), true, List.of(), 900));
        PartitionReplica.Read next =
                (PartitionReplica.Read) peer.asked.removeFirst().question();
        assertEquals(new Cursor(50, 0), next.from());
        peer.session.onRead(new ReadReply.Chunk(next.tag(), 0, new Cursor(150, 0), false, List.of(), 900));
        assertEquals(
                List.of(
                        new Message.Delta(0, 0, 0, List.of()),
                        new Message.Delta(0, 0, 0, List.of()),
                        new Message.Frontier(0, 0, 150, 900)),
                peer.pollAll().stream().filter(message -> !isOfOld(message)).toList());
    }

    /** What had waited before the reader fell behind. */
    private static boolean isOfOld(Message message) {
        return message instanceof Message.Delta delta && !delta.entries().isEmpty();
    }

    @Test
    void shouldTellDigestsOfEverySubscriptionWhereWhatASlowReaderMissedWasPruned() {
        peer.subscribed(1, "m");
        peer.subscribed(2, "n");
        PartitionReplica.Read read = fallBehind();
        assertEquals(Set.of("m", "n"), read.maps());
        peer.session.onRead(digests(read.tag(), 0, "m", false));
        peer.session.onChanges(frame(change(0, 200, entry("m", "k200", 200))));
        peer.session.onRead(digests(read.tag(), 0, "n", true));
        List<Object> told = peer.pollAll().stream()
                .map(message -> switch (message) {
                    case Message.Digest digest -> List.of(digest.subId(), digest.map(), digest.seq());
                    case Message.Delta delta -> List.of(delta.seq());
                    default -> (Object) message;
                })
                .toList();
        assertEquals(List.of(List.of(1L, "m", 9L), List.of(2L, "n", 9L), List.of(200L)), told);
    }

    @Test
    void shouldBoundTheFetchesThatWait() {
        peer.subscribed(1, "m");
        IntStream.range(0, READS_MAX + 10_000).forEach(i -> fetch(1, "m", 0, List.of()));
        assertEquals(List.of(), errors());
        fetch(1, "m", 0, List.of());
        assertEquals(List.of(ErrorCode.TOO_MANY), errors());
        assertEquals(READS_MAX, peer.asked.size());
    }

    @Test
    void shouldBoundTheMapsOfAllSubscriptionsTogether() {
        for (int subId = 0; subId < 10; subId++) {
            int first = subId * 1_000;
            peer.subscribe(
                    subId,
                    IntStream.range(first, first + 1_000).mapToObj(i -> "m" + i).toList(),
                    Map.of());
        }
        assertEquals(List.of(), errors());
        peer.subscribe(10, List.of("one-more"), Map.of());
        assertEquals(
                List.of(new Message.Error(ErrorCode.TOO_MANY, "too many subscriptions or maps", OptionalLong.of(10))),
                peer.pollAll());
    }

    @Test
    void shouldAskTheNewSourceAgainWhatTheOldOneHasNotAnswered() {
        peer.subscribed(1, "m");
        fetch(1, "m", 1, List.of(7));
        PartitionReplica.ReadBuckets old =
                (PartitionReplica.ReadBuckets) peer.asked.removeFirst().question();
        peer.switchTo(0, Optional.of(SessionPeer.other(1)));
        peer.session.onRead(new ReadReply.Buckets(old.tag(), 0, "m", 1, List.of(7), List.of()));
        assertEquals(List.of(new Message.Store(1, 78, 5)), peer.pollAll());
        PartitionReplica.Read compared =
                (PartitionReplica.Read) peer.asked.removeFirst().question();
        assertEquals(Cursor.NOWHERE, compared.from(), "first of all the maps are compared");
        SessionPeer.Asked again = peer.asked.removeFirst();
        assertEquals(SessionPeer.other(1), again.source());
        assertEquals(List.of(7), ((PartitionReplica.ReadBuckets) again.question()).buckets());
        peer.session.onChanges(frame(change(0, 9, entry("m", "k", 1))));
        assertEquals(List.of(), peer.pollAll(), "nothing more of the old one");
    }

    @Test
    void shouldTellWhatAFrameHasOfItsMapsAndNothingElse() {
        peer.subscribed(1, "m");
        peer.session.onChanges(frame(change(0, 1, entry("m", "k", 1), entry("other", "k", 1))));
        peer.session.onChanges(frame(change(0, 2, entry("other", "k", 2)), change(1, 1, entry("other", "l", 2))));
        peer.session.onChanges(frame(pruned(0, 3, 1_000)));
        assertEquals(
                List.of(new Message.Delta(0, 0, 1, List.of(entry("m", "k", 1))), new Message.Frontier(0, 0, 3, 1_000)),
                peer.pollAll());
    }

    @Test
    void shouldTellOfAFrameWhatIsOfTheSourcesItKnows() {
        peer.subscribed(1, "m");
        peer.switchTo(0, Optional.of(SessionPeer.other(1)));
        peer.pollAll();
        peer.session.onChanges(frame(change(0, 9, entry("m", "k", 1)), change(1, 4, entry("m", "l", 1))));
        assertEquals(List.of(new Message.Delta(1, 0, 4, List.of(entry("m", "l", 1)))), peer.pollAll());
    }

    @Test
    void shouldWaitForASourceAndCloseWhenItIsToldThatThereIsNone() {
        peer.subscribed(1, "m");
        peer.switchTo(0, Optional.empty());
        fetch(1, "m", 1, List.of(7));
        assertEquals(List.of(), peer.asked);
        peer.switchTo(0, Optional.of(SessionPeer.other(1)));
        assertEquals(2, peer.asked.size());
        peer.session.onLost();
        assertEquals(1013, peer.session.closing().orElseThrow().code());
    }

    @Test
    void shouldAskAgainWhatHasNoAnswerForAWholePeriod() {
        peer.subscribed(1, "m");
        fetch(1, "m", 0, List.of());
        peer.session.askAgain();
        assertEquals(1, peer.asked.size());
        peer.session.askAgain();
        assertEquals(2, peer.asked.size());
        for (SessionPeer.Asked asked : peer.asked) {
            long tag = ((PartitionReplica.ReadDigests) asked.question()).tag();
            peer.session.onRead(digests(tag, 0, "m", true));
        }
        assertEquals(1, peer.pollAll().size(), "one answer to one question");
        assertFalse(peer.session.awaitsAnswers());
    }

    @Test
    void shouldTellTheNodesOfTheCluster() {
        List<String> urls = List.of("http://10.0.0.1:8080", "http://10.0.0.2:8080");
        peer.session.onNodes(urls);
        assertEquals(List.of(new Message.Nodes(urls)), peer.pollAll());
    }

    @Test
    void shouldSendNoChangeOnceItIsClosing() {
        peer.subscribed(1, "m");
        peer.session.onChanges(frame(change(0, 1, entry("m", "k", 1))));
        peer.session.close(1000, "");
        peer.session.onChanges(frame(change(0, 2, entry("m", "l", 1))));
        assertEquals(List.of(), peer.pollAll());
        assertEquals(Optional.of(new Session.Closing(1000, "")), peer.session.closing());
    }

    @Test
    void shouldTellTheLastWordsBeforeItCloses() {
        peer.session.fail(ErrorCode.UNEXPECTED, "why");
        List<Message> messages = new ArrayList<>(peer.pollAll());
        assertEquals(List.of(new Message.Error(ErrorCode.UNEXPECTED, "why", OptionalLong.empty())), messages);
    }
}
