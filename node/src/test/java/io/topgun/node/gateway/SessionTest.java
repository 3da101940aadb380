package io.topgun.node.gateway;

import static io.topgun.node.gateway.Changes.change;
import static io.topgun.node.gateway.Changes.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Partitions;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
import io.topgun.protocol.Entry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Message;
import io.topgun.protocol.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final int READS_MAX = 4;

    private final SessionPeer peer = new SessionPeer(1_000, 1_000, READS_MAX);

    private static ReadReply empty(SessionPeer.Asked asked) {
        long tag = switch (asked.question()) {
            case PartitionReplica.Read read -> read.tag();
            case PartitionReplica.Resume resume -> resume.tag();
            default -> throw new AssertionError("not a read: " + asked);
        };
        return new ReadReply.Chunk(tag, asked.partition(), 0, false, List.of());
    }

    private List<ErrorCode> errors() {
        return peer.pollAll().stream()
                .filter(Message.Error.class::isInstance)
                .map(message -> ((Message.Error) message).code())
                .toList();
    }

    /** Subscribes and brings the subscription to rest. */
    private void subscribed(long subId, String map) {
        peer.subscribe(subId, List.of(map), Map.of());
        while (!peer.asked.isEmpty()) {
            peer.session.onRead(empty(peer.asked.removeFirst()));
            peer.pollAll();
        }
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
            peer.session.onRead(new ReadReply.Chunk(read.tag(), asked.partition(), 9, false, entries));
        });
        assertEquals(List.of(), peer.pollAll());
    }

    @Test
    void shouldNotTakeTheFetchedOfAnEarlierSubscriptionWithTheSameId() {
        subscribed(1, "m");
        fetch(1, "m", 0, List.of());
        PartitionReplica.ReadDigests read =
                (PartitionReplica.ReadDigests) peer.asked.removeFirst().question();
        peer.receive(new Message.Unsubscribe(1));
        subscribed(1, "n");
        peer.session.onRead(new ReadReply.Digests(read.tag(), 0, "m", 9, 0, new long[1], true));
        assertEquals(List.of(), peer.pollAll());
    }

    @Test
    void shouldForgetTheFetchesThatWaitWhenTheirSubscriptionEnds() {
        subscribed(1, "m");
        IntStream.range(0, READS_MAX + 1).forEach(i -> fetch(1, "m", 0, List.of()));
        peer.receive(new Message.Unsubscribe(1));
        peer.subscribe(1, List.of("n"), Map.of());
        PartitionReplica.ReadDigests first =
                (PartitionReplica.ReadDigests) peer.asked.removeFirst().question();
        peer.session.onRead(new ReadReply.Digests(first.tag(), 0, "m", 9, 0, new long[1], true));
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
            PartitionReplica.Resume resume = (PartitionReplica.Resume) asked.question();
            int left = resume.maps().size();
            for (String map : resume.maps()) {
                left--;
                peer.session.onRead(
                        new ReadReply.Digests(resume.tag(), asked.partition(), map, 9, 0, new long[1], left == 0));
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
        subscribed(1, "m");
        fetch(1, "m", 4, List.of());
        assertEquals(List.of(ErrorCode.TOO_MANY), errors());
        fetch(1, "m", 0, List.of(0, 0));
        assertEquals(List.of(ErrorCode.TOO_MANY), errors());
        fetch(1, "other", 0, List.of());
        assertEquals(List.of(ErrorCode.UNEXPECTED), errors());
        assertEquals(List.of(), peer.asked);
    }

    @Test
    void shouldBoundTheFetchesThatWait() {
        subscribed(1, "m");
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
    void shouldSendNoChangeOnceItIsClosing() {
        subscribed(1, "m");
        peer.session.onChange(change(0, 1, entry("m", "k", 1)));
        peer.session.close(1000, "");
        peer.session.onChange(change(0, 2, entry("m", "l", 1)));
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
