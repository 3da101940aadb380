package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.node.cluster.NodeId;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InboxTest {
    private static final Replication.Follow FOLLOW =
            new Replication.Follow(new NodeId("sibling", 1), LogPosition.START, false, 1_000);

    private final AtomicInteger signals = new AtomicInteger();
    private final Inbox inbox = new Inbox(10, signals::incrementAndGet);
    private final List<Rejection> refused = new ArrayList<>();

    private Apply apply(int ops) {
        List<Op> list = LongStream.range(0, ops)
                .mapToObj(id -> new Op(id, "m", "k", Histories.value(1, 1)))
                .toList();
        return new Apply(
                list, Long.MAX_VALUE, new Submission(1, Level.PERSISTED, done -> refused.addAll(done.rejections())));
    }

    private List<ErrorCode> refusals() {
        return refused.stream().map(Rejection::code).toList();
    }

    @Test
    void shouldSignalOnceUntilItIsDrained() {
        inbox.submit(apply(1));
        inbox.submit(apply(1));
        assertEquals(1, signals.get());
        assertEquals(2, inbox.drain(100).size());
        inbox.submit(apply(1));
        assertEquals(2, signals.get());
    }

    @Test
    void shouldSignalAgainWhenADrainLeavesSome() {
        inbox.submit(apply(3));
        inbox.submit(apply(3));
        assertEquals(1, inbox.drain(2).size());
        assertEquals(2, signals.get());
        assertEquals(1, inbox.drain(2).size());
        assertEquals(List.of(), inbox.drain(2));
    }

    @Test
    void shouldSignalOnceForWhatSiblingsSendAndClientsWrite() {
        inbox.exchange(FOLLOW);
        inbox.submit(apply(1));
        assertEquals(1, signals.get());
        assertEquals(List.of(FOLLOW), inbox.exchanges());
        assertEquals(1, inbox.drain(100).size());
        inbox.exchange(FOLLOW);
        assertEquals(2, signals.get());
    }

    @Test
    void shouldSignalForWhatComesBetweenTheTwoThatTakeIt() {
        inbox.exchange(FOLLOW);
        inbox.exchanges();
        inbox.exchange(FOLLOW);
        inbox.drain(100);
        assertEquals(2, signals.get());
        assertEquals(List.of(FOLLOW), inbox.exchanges());
    }

    @Test
    void shouldDropWhatSiblingsSendPastTheBoundAndTakeItOnceThereIsRoom() {
        for (int i = 0; i < 1_000; i++) {
            inbox.exchange(FOLLOW);
        }
        assertEquals(256, inbox.exchanges().size());
        inbox.exchange(FOLLOW);
        assertEquals(List.of(FOLLOW), inbox.exchanges());
    }

    @Test
    void shouldRefuseEveryOperationPastTheBoundAndTakeThemOnceThereIsRoom() {
        inbox.submit(apply(9));
        inbox.submit(apply(2));
        assertEquals(List.of(ErrorCode.OVERLOADED, ErrorCode.OVERLOADED), refusals());
        inbox.drain(100);
        inbox.submit(apply(10));
        assertEquals(2, refused.size());
        assertEquals(1, inbox.drain(100).size());
    }

    @Test
    void shouldRefuseWhatWaitsAndWhatComesWhenClosed() {
        inbox.submit(apply(1));
        inbox.close();
        inbox.submit(apply(1));
        assertEquals(List.of(ErrorCode.NOT_PERSISTED, ErrorCode.NOT_PERSISTED), refusals());
        assertEquals(List.of(), inbox.drain(100));
    }

    @Test
    void shouldReportOnceWhenTheLastPartitionIsDone() {
        AtomicInteger reports = new AtomicInteger();
        Submission submission = new Submission(3, Level.PERSISTED, done -> reports.incrementAndGet());
        submission.completed(List.of(new Rejection(1, ErrorCode.STALE, "")), Level.PERSISTED);
        submission.completed(List.of(), Level.PERSISTED);
        assertEquals(0, reports.get());
        submission.completed(List.of(new Rejection(2, ErrorCode.STALE, "")), Level.PERSISTED);
        assertEquals(1, reports.get());
        assertEquals(
                List.of(1L, 2L),
                submission.rejections().stream().map(Rejection::opId).toList());
        assertThrows(IllegalArgumentException.class, () -> new Submission(0, Level.PERSISTED, done -> {}));
    }

    /** Many sessions submit while one replica drains and at the end closes: each submission is completed, exactly once. */
    @Test
    @Timeout(60)
    void shouldLoseNothingWhenThreadsSubmitDrainAndClose() throws Exception {
        for (int round = 0; round < 200; round++) {
            int perThread = 50;
            Semaphore woken = new Semaphore(0);
            Inbox shared = new Inbox(1 << 20, woken::release);
            AtomicInteger completed = new AtomicInteger();
            AtomicInteger drained = new AtomicInteger();
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                for (int t = 0; t < 3; t++) {
                    threads.execute(() -> {
                        for (int i = 0; i < perThread; i++) {
                            Submission one = new Submission(1, Level.PERSISTED, done -> completed.incrementAndGet());
                            List<Op> ops = List.of(new Op(0, "m", "k", Histories.value(1, 1)));
                            shared.submit(new Apply(ops, Long.MAX_VALUE, one));
                        }
                    });
                }
                int closeAfter = round % 2 == 0 ? 3 * perThread : 60;
                threads.execute(() -> {
                    while (drained.get() < closeAfter) {
                        woken.acquireUninterruptibly();
                        for (Apply apply : shared.drain(7)) {
                            drained.incrementAndGet();
                            apply.submission().completed(List.of(), Level.PERSISTED);
                        }
                    }
                    shared.close();
                });
                threads.shutdown();
                assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS), "a submission was not signalled");
            }
            assertEquals(3 * perThread, completed.get());
        }
    }
}
