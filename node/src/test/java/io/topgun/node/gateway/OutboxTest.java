package io.topgun.node.gateway;

import static io.topgun.node.gateway.Changes.change;
import static io.topgun.node.gateway.Changes.entry;
import static io.topgun.node.gateway.Changes.frame;
import static io.topgun.node.gateway.Changes.messages;
import static io.topgun.node.gateway.Changes.pruned;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Stamp;
import io.topgun.node.hub.SharedDelta;
import io.topgun.node.hub.SharedFrame;
import io.topgun.node.partition.Cursor;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final Set<String> MAP = Set.of("m");

    private int overflows;
    private final Outbox outbox = new Outbox(1000, 10_000, () -> overflows++);

    private List<Message> poll() {
        return messages(outbox.poll(MAP));
    }

    @Test
    void shouldSendNothingWhenEmpty() {
        assertTrue(outbox.isEmpty());
        assertEquals(Optional.empty(), outbox.poll(MAP));
    }

    @Test
    void shouldHandOnALoneFrameAsTheBytesThatAllSubscribersShare() {
        SharedDelta delta = change(3, 7, entry("m", "k", 1));
        assertSame(delta.message(), frame(delta).bytes());
        SharedFrame frame = frame(delta, change(3, 8, entry("m", "k", 2)), change(4, 1, entry("m", "l", 1)));
        outbox.add(frame);
        assertSame(frame.bytes(), outbox.poll(MAP).orElseThrow());
        assertEquals(
                List.of(
                        new Message.Delta(3, 0, 7, List.of(entry("m", "k", 1))),
                        new Message.Delta(3, 0, 8, List.of(entry("m", "k", 2))),
                        new Message.Delta(4, 0, 1, List.of(entry("m", "l", 1)))),
                messages(Optional.of(frame.bytes())));
        assertTrue(outbox.isEmpty());
    }

    @Test
    void shouldSplitAFrameThatIsNotAlone() {
        outbox.add(frame(change(3, 7, entry("m", "k", 1))));
        outbox.add(frame(change(3, 8, entry("m", "l", 2)), change(4, 1, entry("m", "l", 1))));
        outbox.add(new Message.Synced(1));
        assertEquals(
                List.of(
                        new Message.Synced(1),
                        new Message.Delta(3, 0, 8, List.of(entry("m", "k", 1), entry("m", "l", 2))),
                        new Message.Delta(4, 0, 1, List.of(entry("m", "l", 1)))),
                poll());
    }

    @Test
    void shouldSplitAFrameThatHasMapsWhichAreSubscribedNoMore() {
        outbox.add(frame(change(3, 8, entry("m", "l", 2), entry("secret", "l", 2))));
        assertEquals(List.of(new Message.Delta(3, 0, 8, List.of(entry("m", "l", 2)))), poll());
    }

    @Test
    void shouldLetGoWhatAFrameHasOfASourceThatThePartitionHasNoMore() {
        outbox.add(frame(change(3, 7, entry("m", "k", 1)), change(4, 1, entry("m", "l", 1))));
        outbox.onSource(3, true);
        assertEquals(List.of(new Message.Delta(4, 0, 1, List.of(entry("m", "l", 1)))), poll());
    }

    @Test
    void shouldSendNothingOfAFrameOnceItCloses() {
        outbox.add(frame(change(3, 7, entry("m", "k", 1))));
        outbox.dropDeltas();
        outbox.add(frame(change(3, 8, entry("m", "k", 1))));
        assertEquals(Optional.empty(), outbox.poll(MAP));
    }

    @Test
    void shouldLetAFrameGoThatPassesTheBound() {
        List<SharedDelta> many = new ArrayList<>();
        for (int seq = 1; seq <= 1000; seq++) {
            many.add(change(3, seq, entry("m", "k" + seq, seq)));
        }
        outbox.add(SharedFrame.of(many));
        assertEquals(Optional.empty(), outbox.poll(MAP));
        assertEquals(Optional.of(Map.entry(3, Cursor.at(0))), outbox.takeBehind());
    }

    @Test
    void shouldKeepMessagesInOrderAndInFrontOfChanges() {
        outbox.add(change(3, 7, entry("m", "k", 1)));
        outbox.add(new Message.Synced(1));
        outbox.add(new Message.Synced(2));
        assertEquals(
                List.of(
                        new Message.Synced(1),
                        new Message.Synced(2),
                        new Message.Delta(3, 0, 7, List.of(entry("m", "k", 1)))),
                poll());
    }

    @Test
    void shouldMakeOneMessageOfAPartitionsChanges() {
        outbox.add(change(3, 7, entry("m", "a", 1)));
        outbox.add(change(3, 8, entry("m", "b", 2), entry("m", "a", 3)));
        assertEquals(List.of(new Message.Delta(3, 0, 8, List.of(entry("m", "a", 3), entry("m", "b", 2)))), poll());
    }

    /** Servers that were split may have made different kinds of one key. */
    @Test
    void shouldKeepTheLowerKindOfTwoThatMeetInOneMessage() {
        OrTag tag = OrTag.live(Stamp.of(9, 0, "w"), new byte[] {1});
        outbox.add(change(3, 7, new Entry("m", "a", OrCell.of(tag))));
        outbox.add(change(3, 8, entry("m", "a", 1)));
        assertEquals(List.of(new Message.Delta(3, 0, 8, List.of(entry("m", "a", 1)))), poll());
    }

    @Test
    void shouldLeaveOutMapsThatAreNotSubscribed() {
        outbox.add(change(3, 7, entry("m", "a", 1), entry("secret", "a", 1)));
        assertEquals(List.of(new Message.Delta(3, 0, 7, List.of(entry("m", "a", 1)))), poll());
    }

    @Test
    void shouldCloseAFrameWhenItIsFull() {
        for (int i = 0; i < 300; i++) {
            outbox.add(new Message.Synced(1000 + i));
        }
        int frames = 0;
        List<Message> all = new ArrayList<>();
        for (Optional<byte[]> frame = outbox.poll(MAP); frame.isPresent(); frame = outbox.poll(MAP)) {
            assertTrue(frame.get().length < 1010, "a frame of " + frame.get().length);
            all.addAll(messages(frame));
            frames++;
        }
        assertEquals(300, all.size());
        assertTrue(frames > 1);
    }

    @Test
    void shouldLetChangesGoPastTheBoundAndRememberThePositionInFrontOfThem() {
        for (int seq = 11; seq <= 1000; seq++) {
            outbox.add(change(seq % 2, seq, entry("m", "k" + seq, seq)));
        }
        Map<Integer, Cursor> behind = new HashMap<>();
        for (var one = outbox.takeBehind(); one.isPresent(); one = outbox.takeBehind()) {
            behind.put(one.get().getKey(), one.get().getValue());
        }
        assertEquals(Map.of(0, Cursor.at(11), 1, Cursor.at(10)), behind);
        assertTrue(outbox.isEmpty(), "what the reading will bring is not kept as well");
        assertEquals(1, overflows);
    }

    @Test
    void shouldKeepChangesAgainOnceTheirPartitionIsReadAgain() {
        for (int seq = 1; seq <= 1000; seq++) {
            outbox.add(change(0, seq, entry("m", "k" + seq, seq)));
        }
        assertEquals(Optional.of(Map.entry(0, Cursor.at(0))), outbox.takeBehind());
        outbox.add(change(0, 1001, entry("m", "k", 1)));
        assertEquals(List.of(), poll(), "a later change must not overtake the gap");
        outbox.readAgainDone(0);
        assertEquals(List.of(new Message.Delta(0, 0, 1001, List.of(entry("m", "k", 1)))), poll());
    }

    @Test
    void shouldReadAPartitionOnceMoreWhenItFallsBehindWhileItIsRead() {
        for (int seq = 1; seq <= 1000; seq++) {
            outbox.add(change(0, seq, entry("m", "k" + seq, seq)));
        }
        assertEquals(Optional.of(Map.entry(0, Cursor.at(0))), outbox.takeBehind());
        for (int seq = 2001; seq <= 3000; seq++) {
            outbox.add(change(0, seq, entry("m", "k" + seq, seq)));
        }
        assertEquals(Optional.empty(), outbox.takeBehind(), "one reading of a partition at a time");
        outbox.readAgainDone(0);
        assertEquals(Optional.of(Map.entry(0, Cursor.at(2000))), outbox.takeBehind());
    }

    @Test
    void shouldLetGoWhatWaitsOfASourceThatThePartitionHasNoMore() {
        outbox.add(change(3, 7, entry("m", "a", 1)));
        outbox.add(change(4, 7, entry("m", "b", 1)));
        outbox.onSource(3, true);
        outbox.add(change(3, 8, entry("m", "c", 1)));
        assertEquals(List.of(new Message.Delta(4, 0, 7, List.of(entry("m", "b", 1)))), poll());
        assertEquals(Optional.of(Map.entry(3, Cursor.NOWHERE)), outbox.takeBehind());
        outbox.onSource(3, true);
        assertEquals(Optional.of(Map.entry(3, Cursor.NOWHERE)), outbox.takeBehind(), "the reading is void too");
        outbox.onSource(3, false);
        outbox.add(change(3, 9, entry("m", "d", 1)));
        assertEquals(Optional.empty(), outbox.takeBehind());
        assertEquals(List.of(new Message.Delta(3, 0, 9, List.of(entry("m", "d", 1)))), poll());
    }

    /** The bound counts what waits: a reader that keeps up never falls behind, however much passes. */
    @Test
    void shouldNeverFallBehindWhenDrainedInTime() {
        List<Entry> received = new ArrayList<>();
        for (int seq = 1; seq <= 5000; seq++) {
            outbox.add(change(seq % 3, seq, entry("m", "k" + seq, seq)));
            if (seq % 50 == 0) {
                for (List<Message> frame = poll(); !frame.isEmpty(); frame = poll()) {
                    frame.forEach(message -> received.addAll(((Message.Delta) message).entries()));
                }
            }
        }
        assertEquals(Optional.empty(), outbox.takeBehind());
        assertEquals(0, overflows);
        assertEquals(5000, received.size());
    }

    @Test
    void shouldKeepAFrontierInItsPlaceBetweenTheChangesOfItsPartition() {
        outbox.add(change(3, 7, entry("m", "a", 1)));
        outbox.add(change(3, 8, entry("m", "b", 2)));
        outbox.add(pruned(3, 9, 1000));
        outbox.add(change(3, 10, entry("m", "c", 3)));
        assertEquals(
                List.of(
                        new Message.Delta(3, 0, 8, List.of(entry("m", "a", 1), entry("m", "b", 2))),
                        new Message.Frontier(3, 0, 9, 1000),
                        new Message.Delta(3, 0, 10, List.of(entry("m", "c", 3)))),
                poll());
    }

    @Test
    void shouldHandOnALoneFrontierToWhoeverIsSubscribed() {
        outbox.add(pruned(3, 9, 1000));
        assertEquals(List.of(new Message.Frontier(3, 0, 9, 1000)), poll());
        assertTrue(outbox.isEmpty());
    }
}
