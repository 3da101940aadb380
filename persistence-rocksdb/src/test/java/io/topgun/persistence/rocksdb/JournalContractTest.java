package io.topgun.persistence.rocksdb;

import static io.topgun.persistence.rocksdb.JournalProbe.atomic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.persistence.rocksdb.JournalProbe.Replay;
import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageRejected;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageSuccess;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases of the journal specification in Pekko's persistence TCK, and what it leaves out. */
class JournalContractTest {
    private static final long MAX = Long.MAX_VALUE;
    private static final AtomicInteger IDS = new AtomicInteger();

    @TempDir
    static Path dir;

    private static TestSystem system;
    private JournalProbe journal;

    @BeforeAll
    static void open() {
        system = new TestSystem(dir);
    }

    @AfterAll
    static void close() {
        system.close();
    }

    @BeforeEach
    void writeFive() {
        journal = new JournalProbe(system, "p-" + IDS.incrementAndGet());
        journal.writeTexts(1, 5);
    }

    @Test
    void shouldReplayAllEventsAsTheyWereWritten() {
        Replay replay = journal.replay();
        assertEquals(
                LongStream.rangeClosed(1, 5)
                        .mapToObj(n -> journal.event(n, "a-" + n))
                        .toList(),
                replay.events());
        assertEquals(5, replay.highest());
        assertTrue(replay.events().stream().allMatch(event -> event.timestamp() > 0));
    }

    @ParameterizedTest(name = "from {0} to {1}, at most {2}: {3} to {4}")
    @CsvSource({
        "3, MAX, MAX, 3, 5",
        "1, 3, MAX, 1, 3",
        "1, MAX, 3, 1, 3",
        "2, 3, MAX, 2, 3",
        "2, 5, 2, 2, 3",
        "2, 2, MAX, 2, 2",
        "2, 4, 1, 2, 2",
        "2, 4, 0, 1, 0",
        "3, 2, MAX, 1, 0",
        "0, MAX, MAX, 1, 5",
        "6, MAX, MAX, 1, 0"
    })
    void shouldReplayWithinBounds(long from, String to, String max, long first, long last) {
        Replay replay = journal.replay(from, number(to), number(max));
        assertEquals(LongStream.rangeClosed(first, last).boxed().toList(), replay.numbers());
        assertEquals(5, replay.highest());
    }

    private static long number(String text) {
        return text.equals("MAX") ? MAX : Long.parseLong(text);
    }

    @Test
    void shouldReplayNothingWhenTheActorHasNotYetWritten() {
        Replay replay = new JournalProbe(system, "unknown").replay(0, MAX, MAX);
        assertEquals(new Replay(List.of(), 0), replay);
    }

    @Test
    void shouldNotMixIdsWhenOneIsThePrefixOfAnother() {
        JournalProbe longer = new JournalProbe(system, "q-" + IDS.get() + "0");
        JournalProbe shorter = new JournalProbe(system, "q-" + IDS.get());
        longer.writeTexts(1, 3);
        shorter.writeTexts(1, 2);
        shorter.deleteTo(MAX);
        assertEquals(List.of(1L, 2L, 3L), longer.replay().numbers());
        assertEquals(new Replay(List.of(), 2), shorter.replay());
    }

    @Test
    void shouldNotReplayDeletedEvents() {
        journal.deleteTo(3);
        assertEquals(List.of(4L, 5L), journal.replay().numbers());
        assertEquals(5, journal.replay().highest());
    }

    @Test
    void shouldKeepTheHighestSequenceNumberWhenAllEventsAreDeleted() {
        journal.deleteTo(MAX);
        assertEquals(new Replay(List.of(), 5), journal.replay(0, MAX, MAX));
    }

    @Test
    void shouldGoOnAfterAllEventsWereDeleted() {
        journal.deleteTo(MAX);
        journal.writeTexts(6, 8);
        journal.deleteTo(6);
        journal.deleteTo(2); // Behind what is deleted already.
        assertEquals(List.of(7L, 8L), journal.replay().numbers());
        assertEquals(8, journal.replay().highest());
    }

    @Test
    void shouldRejectAloneWhatCannotBeSerialized() {
        List<Object> answers = journal.write(List.of(
                atomic(journal.event(6, "b-6")),
                atomic(journal.event(7, new Object())),
                atomic(journal.event(8, "b-8"))));
        assertInstanceOf(WriteMessageSuccess.class, answers.get(0));
        assertInstanceOf(WriteMessageRejected.class, answers.get(1));
        assertInstanceOf(WriteMessageSuccess.class, answers.get(2));
        assertEquals(List.of("b-6", "b-8"), journal.replay(6, MAX, MAX).payloads());
    }

    @Test
    void shouldRejectAnAtomicWriteWholeWhenOneOfItsEventsCannotBeSerialized() {
        List<Object> answers = journal.write(List.of(
                atomic(journal.event(6, "b-6"), journal.event(7, new Object())), atomic(journal.event(8, "b-8"))));
        assertInstanceOf(WriteMessageRejected.class, answers.get(0));
        assertInstanceOf(WriteMessageRejected.class, answers.get(1));
        assertInstanceOf(WriteMessageSuccess.class, answers.get(2));
        assertEquals(List.of(8L), journal.replay(6, MAX, MAX).numbers());
    }

    @Test
    void shouldRejectAllWhenNothingCanBeSerialized() {
        List<Object> answers = journal.write(List.of(atomic(journal.event(6, new Object()))));
        assertInstanceOf(WriteMessageRejected.class, answers.getFirst());
        assertEquals(5, journal.replay().highest());
    }

    @Test
    void shouldSerializeWithTheSystemsTransportInformation() {
        RefPayload payload = new RefPayload(new TestKit(system.system()).getRef());
        journal.write(List.of(atomic(journal.event(6, payload))));
        assertEquals(List.of(payload), journal.replay(6, MAX, MAX).payloads());
    }

    @Test
    void shouldKeepMetadataManifestTimestampAndWriter() {
        PersistentRepr event = journal.event(6, new byte[] {1, 2, 3})
                .withMetadata("meta")
                .withManifest("adapter")
                .withTimestamp(42)
                .update(6, journal.event(6, "").persistenceId(), false, null, "not a UUID");
        journal.write(List.of(atomic(event)));
        PersistentRepr replayed = journal.replay(6, 6, 1).events().getFirst();
        assertEquals("meta", replayed.metadata().get());
        assertEquals("adapter", replayed.manifest());
        assertEquals(42, replayed.timestamp());
        assertEquals("not a UUID", replayed.writerUuid());
    }

    @Test
    void shouldRefuseASequenceNumberThatWasGivenOut() {
        Throwable cause =
                journal.writeFailing(atomic(journal.event(5, "again"))).cause();
        assertEquals(
                Reason.SEQUENCE_TAKEN,
                assertInstanceOf(RocksStoreException.class, cause).reason());
        assertEquals("a-5", journal.replay().payloads().getLast());
        assertTrue(system.persistence().health().isWritable());
    }

    @Test
    void shouldSeeWritesStillQueuedWhenTheHighestNumberIsRead() {
        for (long n = 6; n <= 505; n++) journal.send(List.of(atomic(journal.event(n, "q-" + n))));
        JournalProbe restarted = new JournalProbe(system, journal.event(1, "").persistenceId());
        assertEquals(505, restarted.replay(500, MAX, 1).highest());
    }
}
