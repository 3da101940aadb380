package io.topgun.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Life;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.node.hub.Source;
import io.topgun.node.hub.Subscriber;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.SharedChunk;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import io.topgun.protocol.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OpsInFlightTest {
    private final Map<Integer, Apply> submitted = new HashMap<>();
    private final List<OpsInFlight.Frame> done = new ArrayList<>();

    private Optional<String> fault = Optional.empty();

    private final Grid grid = new Grid() {
        @Override
        public Optional<String> fault() {
            return fault;
        }

        @Override
        public void submit(int partition, Apply apply) {
            submitted.put(partition, apply);
        }

        @Override
        public void ask(Source source, int partition, PartitionReplica.Command question) {
            throw new AssertionError("operations ask nothing");
        }

        @Override
        public boolean endsWith(Source source, int partition, long seq) {
            throw new AssertionError("operations look at no log");
        }

        @Override
        public Optional<SharedChunk> recent(Source source, int partition, Set<String> maps, Cursor from) {
            throw new AssertionError("operations read nothing");
        }

        @Override
        public void interest(Subscriber subscriber, long subId, Set<String> maps) {}

        @Override
        public void noInterest(Subscriber subscriber, Set<String> maps) {}
    };

    private final OpsInFlight inFlight = new OpsInFlight(grid, done::add);

    private static Op op(long id, long ms) {
        return new Op(id, "m", "k" + id, ValueCell.set(Stamp.of(ms, 0, "w"), new byte[] {1}, Life.FOREVER));
    }

    private static Message.Ops frame(List<Op> ops, Rejection... rejections) {
        return new Message.Ops(Level.PERSISTED, ops, List.of(rejections));
    }

    private static Message.Ops frame(long firstId, int count) {
        return frame(LongStream.range(firstId, firstId + count)
                .mapToObj(id -> op(id, 1))
                .toList());
    }

    private Message.Ack ack() {
        return inFlight.done(done.removeFirst(), 99);
    }

    @Test
    void shouldGiveEachOperationToThePartitionOfItsKeyInOrder() {
        inFlight.submit(frame(0, 1000), 10);
        int count = 0;
        for (Map.Entry<Integer, Apply> entry : submitted.entrySet()) {
            long before = -1;
            for (Op op : entry.getValue().ops()) {
                assertEquals(entry.getKey(), Partitions.of(op.key()));
                assertTrue(op.id() > before);
                before = op.id();
                count++;
            }
        }
        assertEquals(1000, count);
    }

    @Test
    void shouldAcknowledgeOnceWhenEveryPartitionIsDone() {
        inFlight.submit(frame(5, 100), 10);
        assertEquals(100, inFlight.ops());
        List<Apply> all = List.copyOf(submitted.values());
        all.subList(1, all.size()).forEach(apply -> apply.submission().completed(List.of(), Level.PERSISTED));
        assertEquals(List.of(), done);
        all.getFirst().submission().completed(List.of(), Level.PERSISTED);
        assertEquals(new Message.Ack(Level.PERSISTED, List.of(new Run(5, 100)), List.of(), 99), ack());
        assertEquals(0, inFlight.ops());
    }

    @Test
    void shouldTellRefusedOperationsApartFromAccepted() {
        Rejection undecodable = new Rejection(4, ErrorCode.INVALID_VALUE, "");
        inFlight.submit(frame(List.of(op(1, 1), op(2, 1), op(5, 1)), undecodable), 10);
        Rejection stale = new Rejection(2, ErrorCode.STALE, "");
        submitted
                .values()
                .forEach(apply -> apply.submission()
                        .completed(
                                apply.ops().stream().anyMatch(op -> op.id() == 2) ? List.of(stale) : List.of(),
                                Level.PERSISTED));
        Message.Ack ack = ack();
        assertEquals(List.of(new Run(1, 1), new Run(5, 1)), ack.runs());
        assertEquals(
                Map.of(2L, ErrorCode.STALE, 4L, ErrorCode.INVALID_VALUE),
                ack.rejections().stream().collect(java.util.stream.Collectors.toMap(Rejection::opId, Rejection::code)));
    }

    @Test
    void shouldAnswerAtOnceWhenNothingIsLeftToDo() {
        inFlight.submit(frame(List.of()), 10);
        assertEquals(new Message.Ack(Level.PERSISTED, List.of(), List.of(), 99), ack());
        assertEquals(0, inFlight.ops());
        assertEquals(Map.of(), submitted);
    }

    /** Whether it has what comes from the future already, only the partition knows. */
    @Test
    void shouldLeaveStampsToThePartition() {
        inFlight.submit(frame(List.of(op(1, 11))), 10);
        Apply apply = submitted.values().iterator().next();
        assertEquals(List.of(op(1, 11)), apply.ops());
        assertEquals(10, apply.stampMsMax());
    }

    @Test
    void shouldRefuseAllWhileTheNodeTakesNoOperations() {
        fault = Optional.of("the clock is out of bounds");
        Rejection wrong = new Rejection(9, ErrorCode.INVALID_KEY, "");
        inFlight.submit(frame(List.of(op(1, 1), op(2, 1_000)), wrong), 10);
        assertEquals(
                List.of(
                        wrong,
                        new Rejection(1, ErrorCode.NOT_PERSISTED, "the clock is out of bounds"),
                        new Rejection(2, ErrorCode.NOT_PERSISTED, "the clock is out of bounds")),
                ack().rejections());
        assertEquals(Map.of(), submitted);
        assertEquals(0, inFlight.ops());
    }
}
