package io.topgun.node.gateway;

import static io.topgun.node.gateway.Changes.entry;
import static io.topgun.node.gateway.Changes.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Partitions;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.hub.Source;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.ReadReply;
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

/** What a subscription is sent until it is SYNCED, by what the client states that it has. */
class SessionResumeTest {
    private final SessionPeer peer = new SessionPeer(1_000, 1_000, 4);

    @Test
    void shouldSendNothingOfPartitionsThatAreAsTheClientLeftThem() {
        peer.subscribe(1, List.of("m"), everywhere(new Position(SessionPeer.STORE, SessionPeer.INCARNATION, 5)));
        List<Message> sent = new ArrayList<>();
        while (!peer.asked.isEmpty()) {
            SessionPeer.Asked asked = peer.asked.removeFirst();
            PartitionReplica.Read read = (PartitionReplica.Read) asked.question();
            Cursor now = Cursor.at(asked.partition() == 7 ? 6 : 5);
            peer.session.onRead(new ReadReply.Chunk(read.tag(), asked.partition(), now, false, List.of(), 1_000));
            sent.addAll(peer.pollAll());
        }
        assertEquals(
                List.of(
                        new Message.Snapshot(1, 7, 0, 6, false, List.of(), OptionalLong.of(1_000)),
                        new Message.Synced(1)),
                sent);
    }

    private static Map<Integer, Position> everywhere(Position position) {
        Map<Integer, Position> positions = new HashMap<>();
        IntStream.range(0, Partitions.COUNT).forEach(partition -> positions.put(partition, position));
        return positions;
    }

    private List<Integer> askedPartitions() {
        return peer.asked.stream().map(SessionPeer.Asked::partition).toList();
    }

    @Test
    void shouldAskNobodyWhereTheLogEndsAsTheClientLeftIt() {
        peer.ends = (source, partition, seq) -> seq == 5;
        peer.subscribe(1, List.of("m"), everywhere(new Position(SessionPeer.STORE, SessionPeer.INCARNATION, 5)));
        assertEquals(List.of(), peer.asked);
        assertEquals(List.of(new Message.Synced(1)), peer.pollAll());
    }

    @Test
    void shouldAskWhereTheClientIsElsewhere() {
        peer.ends = (source, partition, seq) -> seq == 5;
        Map<Integer, Position> positions = everywhere(new Position(SessionPeer.STORE, SessionPeer.INCARNATION, 5));
        positions.put(2, new Position(SessionPeer.STORE, SessionPeer.INCARNATION, 4));
        positions.put(30, new Position(SessionPeer.STORE, SessionPeer.INCARNATION + 1, 5));
        positions.put(31, new Position(SessionPeer.STORE + 1, SessionPeer.INCARNATION, 5));
        positions.remove(270);
        peer.subscribe(1, List.of("m"), positions);
        assertEquals(List.of(2, 30, 31, 270), askedPartitions());
        assertEquals(
                List.of(Cursor.at(4), Cursor.NOWHERE, Cursor.NOWHERE, Cursor.START),
                peer.asked.stream()
                        .map(asked -> ((PartitionReplica.Read) asked.question()).from())
                        .toList());
    }

    /** Before, a change may come behind the look at the log's end, and the hub not tell of it. */
    @Test
    void shouldLookWhereTheLogsEndOnlyOnceTheHubTellsOfChanges() {
        peer.subscribed(2, "n"); // so the sources are known
        List<Long> tags = new ArrayList<>();
        long[] end = {5};
        peer.ends = (source, partition, seq) -> seq == end[0];
        peer.told = tags::add;
        peer.subscribe(1, List.of("m"), everywhere(new Position(SessionPeer.STORE, SessionPeer.INCARNATION, 5)));
        end[0] = 6;
        peer.tellInterest(tags.getFirst());
        assertEquals(List.of(0, 1, 2, 3), askedPartitions());
    }

    private void tellEverybodyTheSame() {
        peer.recent = (source, partition, from) -> Optional.of(
                new ReadReply.Chunk(-1, partition, Cursor.at(9), false, List.of(entry("m", "k" + partition, 1)), 700));
    }

    private static Message.Snapshot snapshot(int partition) {
        return new Message.Snapshot(
                1, partition, 0, 9, false, List.of(entry("m", "k" + partition, 1)), OptionalLong.of(700));
    }

    @Test
    void shouldAskNobodyForWhatOthersWereTold() {
        tellEverybodyTheSame();
        peer.subscribe(1, List.of("m"), everywhere(new Position(SessionPeer.STORE, SessionPeer.INCARNATION, 5)));
        List<Message> expected = new ArrayList<>();
        IntStream.range(0, Partitions.COUNT).forEach(partition -> expected.add(snapshot(partition)));
        expected.add(new Message.Synced(1));
        assertEquals(expected, peer.pollAll());
        assertEquals(List.of(), peer.asked);
    }

    @Test
    void shouldSendNothingOfPartitionsOfWhichOthersWereToldThatNothingChanged() {
        Map<Integer, Position> positions = everywhere(new Position(SessionPeer.STORE, SessionPeer.INCARNATION, 9));
        peer.recent = (source, partition, from) ->
                Optional.of(new ReadReply.Chunk(-1, partition, Cursor.at(9), false, List.of(), 0));
        peer.subscribe(1, List.of("m"), positions);
        assertEquals(List.of(new Message.Synced(1)), peer.pollAll());
    }

    /** It is no copy, but a session that made a frame of all at once would be large. */
    @Test
    void shouldTakeOfWhatOthersWereToldAFrameAtATime() {
        tellEverybodyTheSame();
        peer.subscribe(1, List.of("m"), Map.of());
        List<Message> frame = peer.poll();
        assertTrue(frame.size() > 16, frame.size() + " messages");
        assertTrue(frame.size() < 60, frame.size() + " messages");
        assertEquals(Partitions.COUNT + 1 - frame.size(), peer.pollAll().size());
    }

    /** Before, a change may come behind what others were told, and the hub not tell of it. */
    @Test
    void shouldLookWhatOthersWereToldOnlyOnceTheHubTellsOfChanges() {
        peer.subscribed(2, "n"); // so the sources are known
        List<Long> tags = new ArrayList<>();
        tellEverybodyTheSame();
        peer.told = tags::add;
        peer.subscribe(1, List.of("m"), Map.of());
        assertEquals(List.of(), peer.pollAll());
        peer.tellInterest(tags.getFirst());
        assertEquals(Partitions.COUNT + 1, peer.pollAll().size());
    }

    @Test
    void shouldCompareWhatItAskedNobodyForOnceThatHasAnotherSource() {
        peer.ends = (source, partition, seq) -> partition != 9;
        peer.subscribe(1, List.of("m"), everywhere(new Position(SessionPeer.STORE, SessionPeer.INCARNATION, 5)));
        peer.switchTo(3, Optional.of(new Source(new NodeId("other", 1), SessionPeer.STORE + 1, 1, 1, 1)));
        assertEquals(List.of(9, 3), askedPartitions());
        PartitionReplica.Read read = (PartitionReplica.Read) peer.asked.get(1).question();
        assertEquals(Cursor.NOWHERE, read.from());
    }

    private void answerOne() {
        SessionPeer.Asked asked = peer.asked.removeFirst();
        PartitionReplica.Read read = (PartitionReplica.Read) asked.question();
        peer.session.onRead(SessionPeer.chunk(read, asked.partition(), 9, List.of(entry("m", "k", 1))));
    }

    /** A frame, and a write to the socket, for each would be most of what coming back costs. */
    @Test
    void shouldSendSmallSnapshotsTogetherWhileAnswersOfThisNodeAreOnTheirWay() {
        peer.subscribe(1, List.of("m"), Map.of());
        int frames = 0;
        int snapshots = 0;
        while (!peer.asked.isEmpty()) {
            answerOne();
            List<Message> frame = peer.poll();
            frames += frame.isEmpty() ? 0 : 1;
            snapshots += (int)
                    frame.stream().filter(Message.Snapshot.class::isInstance).count();
        }
        assertEquals(Partitions.COUNT, snapshots);
        assertTrue(frames <= Partitions.COUNT / 10, frames + " frames");
        assertEquals(List.of(), peer.pollAll(), "nothing stays behind");
    }

    @Test
    void shouldHoldNothingBackThatSomebodyWaitsFor() {
        peer.subscribe(1, List.of("m"), Map.of());
        answerOne();
        assertEquals(List.of(), peer.poll());
        peer.receive(new Message.Ping(5));
        assertEquals(
                List.of(Message.Snapshot.class, Message.Pong.class),
                peer.poll().stream().map(Object::getClass).toList());
    }

    /** An answer of another node may be long in coming, or be lost. */
    @Test
    void shouldNotWaitForAnswersOfOtherNodes() {
        peer.switchTo(0, Optional.of(SessionPeer.other(1)));
        peer.subscribe(1, List.of("m"), Map.of());
        peer.pollAll();
        assertEquals(0, peer.asked.removeFirst().partition());
        answerOne();
        assertEquals(1, peer.poll().size());
    }

    @Test
    void shouldJudgePositionsByTheStoreThatAPartitionIsReadFrom() {
        peer.switchTo(0, Optional.of(SessionPeer.other(1)));
        peer.subscribe(1, List.of("m"), Map.of(0, new Position(78, 5, 9), 1, new Position(78, 5, 9)));
        assertEquals(List.of(new Message.Store(1, 78, 5)), peer.pollAll());
        assertEquals(SessionPeer.other(1), peer.asked.getFirst().source());
        assertEquals(Cursor.at(9), ((PartitionReplica.Read) peer.asked.get(0).question()).from());
        assertEquals(Cursor.NOWHERE, ((PartitionReplica.Read) peer.asked.get(1).question()).from());
    }
}
