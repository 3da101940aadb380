package io.topgun.persistence.rocksdb;

import static io.topgun.persistence.rocksdb.JournalProbe.atomic;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.journal.EventAdapter;
import org.apache.pekko.persistence.journal.EventSeq;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadJournalTest {
    private static final long MAX = Long.MAX_VALUE;
    private static final AtomicInteger IDS = new AtomicInteger();
    private static final String SETTINGS = """
            topgun.persistence.rocksdb {
              read-journal.page-elements-max = 7
              journal {
                event-adapters.twice = "io.topgun.persistence.rocksdb.ReadJournalTest$Twice"
                event-adapter-bindings."java.lang.Integer" = twice
              }
            }
            """;

    @TempDir
    static Path dir;

    private static TestSystem system;
    private static RocksReadJournal queries;

    private String id = "";
    private JournalProbe journal;

    /** Stores an integer as it is and gives it back twice, except 0, which it drops. */
    static final class Twice implements EventAdapter {
        @Override
        public String manifest(Object event) {
            return "";
        }

        @Override
        public Object toJournal(Object event) {
            return event;
        }

        @Override
        public EventSeq fromJournal(Object event, String manifest) {
            return event.equals(0) ? EventSeq.empty() : EventSeq.create(event, event);
        }
    }

    @BeforeAll
    static void open() {
        system = new TestSystem(dir, SETTINGS);
        queries = PersistenceQuery.get(system.system())
                .getReadJournalFor(RocksReadJournal.class, RocksReadJournal.IDENTIFIER);
    }

    @AfterAll
    static void close() {
        system.close();
    }

    @BeforeEach
    void makeId() {
        id = "q-" + IDS.incrementAndGet();
        journal = new JournalProbe(system, id);
    }

    private static <T> List<T> all(Source<T, ?> source) throws Exception {
        return source.runWith(Sink.seq(), system.system()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private List<Long> current(long from, long to) throws Exception {
        return all(queries.currentEventsByPersistenceId(id, from, to).map(EventEnvelope::sequenceNr));
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    /** A running live query and what it has emitted. */
    private record Live<T>(Queue<T> seen, UniqueKillSwitch stop, CompletionStage<Done> done) {
        static <T> Live<T> of(Source<T, ?> source) {
            Queue<T> seen = new ConcurrentLinkedQueue<>();
            Pair<UniqueKillSwitch, CompletionStage<Done>> running = source.viaMat(KillSwitches.single(), Keep.right())
                    .toMat(Sink.foreach(seen::add), Keep.both())
                    .run(system.system());
            return new Live<>(seen, running.first(), running.second());
        }

        void awaitSeen(List<T> expected) {
            await().untilAsserted(() -> assertEquals(expected, List.copyOf(seen)));
        }
    }

    @Test
    void shouldGiveTheCurrentEventsWithinBounds() throws Exception {
        journal.writeTexts(1, 50);
        assertEquals(numbers(1, 50), current(0, MAX));
        assertEquals(numbers(1, 14), current(1, 14));
        assertEquals(numbers(15, 28), current(15, 28));
        assertEquals(List.of(), current(51, MAX));
        assertEquals(List.of(), current(9, 8));
        journal.deleteTo(20);
        assertEquals(numbers(21, 50), current(1, MAX));
        journal.deleteTo(MAX);
        assertEquals(List.of(), current(1, MAX));
    }

    @Test
    void shouldEndAtOnceWhenTheIdIsUnknown() throws Exception {
        assertEquals(List.of(), current(1, MAX));
    }

    @Test
    void shouldTellAllOfAnEvent() throws Exception {
        journal.write(List.of(atomic(journal.event(1, "a").withMetadata("meta").withTimestamp(42))));
        EventEnvelope found =
                all(queries.currentEventsByPersistenceId(id, 1, MAX)).getFirst();
        assertEquals("a", found.event());
        assertEquals(id, found.persistenceId());
        assertEquals(Offset.sequence(1), found.offset());
        assertEquals(42, found.timestamp());
        assertEquals("meta", found.getEventMetaData().orElseThrow());
    }

    @Test
    void shouldApplyTheJournalsEventAdapters() throws Exception {
        // More dropped events than a page has: an empty page is not the end.
        for (long n = 1; n <= 20; n++) journal.write(List.of(atomic(journal.event(n, 0))));
        journal.write(List.of(atomic(journal.event(21, 5))));
        assertEquals(
                List.of(5, 5),
                all(queries.currentEventsByPersistenceId(id, 1, MAX).map(EventEnvelope::event)));
    }

    @Test
    void shouldGoOnWithNewEventsWhenLive() throws Exception {
        journal.writeTexts(1, 10);
        Live<Long> live = Live.of(queries.eventsByPersistenceId(id, 3, MAX).map(EventEnvelope::sequenceNr));
        live.awaitSeen(numbers(3, 10));
        journal.writeTexts(11, 40);
        live.awaitSeen(numbers(3, 40));
        journal.deleteTo(MAX);
        journal.writeTexts(41, 42);
        live.awaitSeen(numbers(3, 42));
        live.stop().shutdown();
        live.done().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldEndALiveQueryBehindItsLastNumber() throws Exception {
        Live<Long> live = Live.of(queries.eventsByPersistenceId(id, 1, 9).map(EventEnvelope::sequenceNr));
        journal.writeTexts(1, 20);
        live.done().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertEquals(numbers(1, 9), List.copyOf(live.seen()));
    }

    @Test
    void shouldLoseNoEventWhenWritesRaceTheQuery() {
        Live<Long> live = Live.of(queries.eventsByPersistenceId(id, 1, 2000).map(EventEnvelope::sequenceNr));
        for (long n = 1; n <= 2000; n++) journal.send(List.of(atomic(journal.event(n, "x"))));
        live.awaitSeen(numbers(1, 2000));
    }

    @Test
    void shouldGiveTheCurrentIds() throws Exception {
        Set<String> ids = writeManyIds("c");
        journal.writeTexts(1, 1);
        journal.deleteTo(MAX);
        List<String> found = all(queries.currentPersistenceIds());
        assertTrue(found.containsAll(ids));
        assertTrue(found.contains(id), "an id whose events are all deleted");
        assertEquals(found.size(), Set.copyOf(found).size());
    }

    @Test
    void shouldGiveEachIdOnceWhenLive() throws Exception {
        Set<String> before = writeManyIds("b");
        Live<String> live = Live.of(queries.persistenceIds().filter(found -> found.startsWith(id)));
        await().untilAsserted(() -> assertEquals(before, Set.copyOf(live.seen())));
        Set<String> after = writeManyIds("a");
        before.addAll(after);
        await().untilAsserted(() -> assertEquals(before, Set.copyOf(live.seen())));
        assertEquals(before.size(), live.seen().size());
        live.stop().shutdown();
        live.done().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private Set<String> writeManyIds(String letter) {
        return IntStream.range(0, 30)
                .mapToObj(n -> id + letter + n)
                .peek(each -> new JournalProbe(system, each).writeTexts(1, 2))
                .collect(Collectors.toCollection(java.util.TreeSet::new));
    }

    @Test
    void shouldServeScalaToo() throws Exception {
        journal.writeTexts(1, 3);
        RocksScalaReadJournal scala = PersistenceQuery.get(system.system()).readJournalFor(RocksReadJournal.IDENTIFIER);
        assertEquals(
                3, all(scala.currentEventsByPersistenceId(id, 1, MAX).asJava()).size());
        assertTrue(Set.copyOf(all(scala.currentPersistenceIds().asJava())).contains(id));
    }
}
