package io.topgun.node.partition;

import static io.topgun.node.partition.Histories.removed;
import static io.topgun.node.partition.Histories.value;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.topgun.crdt.Cell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.node.clock.ClockSettings;
import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.Replicas;
import io.topgun.node.cluster.SoleDirectory;
import io.topgun.node.settings.NodeSettings;
import io.topgun.persistence.rocksdb.RocksReadJournal;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica on the real store, in a process that lives on: what failures of its journal leave, and when it is saved. */
class JournalFailureTest {
    private static final int PARTITION = 7;
    private static final String PLUGIN = "faulty-journal";
    private static final Duration WAIT = Duration.ofSeconds(20);

    private final List<Change> published = Collections.synchronizedList(new ArrayList<>());
    private final List<Change> publishedTooEarly = Collections.synchronizedList(new ArrayList<>());
    private final AtomicReference<Optional<String>> storeFault = new AtomicReference<>(Optional.empty());
    private final AtomicLong wallMs = new AtomicLong(1_000_000);

    @TempDir
    private Path dir;

    private ActorTestKit kit;
    private NodeClock clock;
    private LocalReplicas replicas;
    private final InHand inHand = new InHand();
    private ActorRef<PartitionReplica.Command> replica;

    @BeforeEach
    void start() {
        NodeSettings settings = NodeSettings.load(Optional.empty(), Map.of("topgun.data-dir", dir.toString()));
        Config faulty = ConfigFactory.parseMap(Map.of(
                "pekko.actor.provider",
                "local",
                "pekko.loglevel",
                "OFF",
                "pekko.persistence.journal.plugin",
                PLUGIN,
                PLUGIN + ".class",
                FaultyJournal.class.getName()));
        kit = ActorTestKit.create("test", faulty.withFallback(settings.config()));
        clock = new NodeClock(
                new ClockSettings(Duration.ofSeconds(60), Duration.ofSeconds(60)), wallMs::get, () -> 1_000_000);
        replicas = new LocalReplicas();
        replica = kit.spawn(PartitionReplica.create(
                PARTITION,
                ReplicaSettings.of(settings.section("replica")),
                new ReplicaPorts(
                        clock,
                        Histories.SIP,
                        replicas,
                        storeFault::get,
                        new SoleDirectory(new NodeInfo(new NodeId("test", 1), 1, 1, "", true, false, Replicas.NONE)),
                        Peers.NONE,
                        Level.PERSISTED,
                        inHand,
                        this::publish)));
    }

    private void publish(Change change) {
        published.add(change);
        // Until it is readable nobody looks there.
        replicas.readable(PARTITION)
                .filter(live -> !live.head().is(change.seq())
                        || live.recent().find(Set.of("m"), Cursor.START).isPresent())
                .ifPresent(live -> publishedTooEarly.add(change));
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
        kit.system().getWhenTerminated().toCompletableFuture().join();
    }

    private void failNextWrite(FaultyJournal.Fault fault) {
        Persistence.get(kit.system()).journalFor(PLUGIN, ConfigFactory.empty()).tell(fault, Adapter.toClassic(replica));
    }

    private LocalReplicas.Live live() {
        return await().atMost(WAIT)
                .until(() -> replicas.of(PARTITION), Optional::isPresent)
                .orElseThrow();
    }

    private List<ErrorCode> write(String key) {
        return write(key, 5);
    }

    private List<ErrorCode> write(String key, long ms) {
        return write(key, value(ms, 1));
    }

    private List<ErrorCode> write(String key, Cell delta) {
        CompletableFuture<List<Rejection>> done = new CompletableFuture<>();
        Submission submission = new Submission(1, Level.PERSISTED, all -> done.complete(all.rejections()));
        live().inbox().submit(new Apply(List.of(new Op(1, "m", key, delta)), Long.MAX_VALUE, submission));
        return done.orTimeout(WAIT.toSeconds(), TimeUnit.SECONDS).join().stream()
                .map(Rejection::code)
                .toList();
    }

    private ReadReply.Chunk read() {
        live();
        return (ReadReply.Chunk) AskPattern.<PartitionReplica.Command, ReadReply>ask(
                        replica,
                        replyTo -> new PartitionReplica.Read(0, Set.of("m"), Cursor.START, 1 << 20, replyTo),
                        WAIT,
                        kit.scheduler())
                .toCompletableFuture()
                .join();
    }

    private static Set<String> keys(Change change) {
        return keys(((Change.Merged) change).entries());
    }

    private static Set<String> keys(List<Entry> entries) {
        Set<String> keys = new HashSet<>();
        entries.forEach(entry -> keys.add(entry.key()));
        return keys;
    }

    private long journalSeq() {
        return PersistenceQuery.get(kit.system())
                .getReadJournalFor(RocksReadJournal.class, RocksReadJournal.IDENTIFIER)
                .currentEventsByPersistenceId("partition-" + PARTITION, 0, Long.MAX_VALUE)
                .runWith(Sink.last(), Materializer.matFromSystem(kit.system().classicSystem()))
                .toCompletableFuture()
                .join()
                .sequenceNr();
    }

    private List<Long> publishedSeqs() {
        return List.copyOf(published).stream().map(Change::seq).toList();
    }

    private long savedSeq() {
        TestProbe<Object> probe = kit.createTestProbe();
        Persistence.get(kit.system())
                .snapshotStoreFor("", ConfigFactory.empty())
                .tell(
                        new SnapshotProtocol.LoadSnapshot(
                                "partition-" + PARTITION, SnapshotSelectionCriteria.latest(), Long.MAX_VALUE),
                        Adapter.toClassic(probe.ref()));
        SnapshotProtocol.LoadSnapshotResult result =
                probe.expectMessageClass(SnapshotProtocol.LoadSnapshotResult.class, WAIT);
        return result.snapshot().isEmpty()
                ? 0
                : result.snapshot().get().metadata().sequenceNr();
    }

    @Test
    void shouldBeSavedOnceItsEventsHaveManyBytes() {
        writeLarge(0, 9);
        assertEquals(0, savedSeq(), "540,000 bytes, of 551,000 for this partition");
        writeLarge(9, 35);
        await().atMost(WAIT).untilAsserted(() -> assertEquals(30, savedSeq()));
    }

    @Test
    void shouldBeSavedOnceItsEventsHaveManyBytesWhenItStartedAgainMeanwhile() {
        writeLarge(0, 5);
        stop();
        start();
        writeLarge(5, 10);
        await().atMost(WAIT).untilAsserted(() -> assertEquals(10, savedSeq()));
    }

    private void writeLarge(int from, int to) {
        Cell large = ValueCell.set(
                Stamp.of(5, 0, "w"), new CborWriter().text("x".repeat(60_000)).toByteArray(), Life.FOREVER);
        for (int i = from; i < to; i++) {
            assertEquals(List.of(), write("k" + i, large));
        }
    }

    @Test
    void shouldJournalTheResentOperationWhenItsFirstWriteFailed() {
        failNextWrite(FaultyJournal.Fault.REFUSED);
        assertEquals(List.of(ErrorCode.NOT_PERSISTED), write("k"));
        assertTrue(inHand.isEmpty(), "nobody need wait for what was refused");
        assertEquals(List.of(), write("k"));
        assertFalse(inHand.isEmpty());
        assertEquals(List.of(), write("l"));
        assertEquals(2, read().next().seq());
        assertEquals(2, journalSeq());
        assertEquals(List.of(1L, 2L), publishedSeqs());

        stop();
        start();
        assertEquals(Set.of("k", "l"), keys(read().entries()));
        assertEquals(2, read().next().seq());
    }

    @Test
    void shouldPublishWhatTheJournalKeptAlthoughItReportedAFailure() {
        failNextWrite(FaultyJournal.Fault.REPORTED);
        assertEquals(List.of(ErrorCode.NOT_PERSISTED), write("k"));
        live();
        assertEquals(List.of(1L), publishedSeqs());
        assertEquals(Set.of("k"), keys(published.getFirst()));
        assertEquals(Set.of("m"), ((Change.Merged) published.getFirst()).maps());

        assertEquals(List.of(), write("k"), "sent again it adds nothing");
        assertEquals(List.of(), write("l"));
        assertEquals(2, read().next().seq());
        assertEquals(List.of(1L, 2L), publishedSeqs());
        assertEquals(2, journalSeq());
    }

    /** Who is not told of a change and finds the log's end in front of it would miss it. */
    @Test
    void shouldEndWithAChangeBeforeItIsPublished() {
        write("a");
        awaitEnd(1);
        read();
        assertEquals(Optional.of(Set.of("a")), recentKeys());
        assertEquals(List.of(), write("b"));
        awaitEnd(2);
        assertEquals(Optional.empty(), recentKeys());
        read();
        failNextWrite(FaultyJournal.Fault.REPORTED);
        write("c");
        awaitEnd(3);
        write("d");
        assertEquals(List.of(1L, 2L, 3L, 4L), publishedSeqs());
        assertEquals(List.of(), publishedTooEarly);
        stop();
        start();
        awaitEnd(4);
    }

    /** What is told who reads it all, without a question; nothing if that may have changed. */
    private Optional<Set<String>> recentKeys() {
        return live().recent()
                .find(Set.of("m"), Cursor.START)
                .map(shared -> keys(shared.chunk().entries()));
    }

    private void awaitEnd(long seq) {
        await().atMost(WAIT)
                .until(() -> replicas.readable(PARTITION)
                        .filter(live -> live.head().is(seq))
                        .isPresent());
    }

    @Test
    void shouldPublishOnlyWhatWasMissedWhenOthersWerePublishedBefore() {
        write("a");
        failNextWrite(FaultyJournal.Fault.REPORTED);
        write("b");
        live();
        assertEquals(List.of(1L, 2L), publishedSeqs());
        assertEquals(Set.of("b"), keys(published.getLast()));
    }

    /** A removal from before the frontier takes effect and is forgotten at once: only its event tells of it. */
    @Test
    void shouldPublishTheRemovalThatTheJournalKeptAlthoughNothingIsLeftOfIt() {
        long now = Duration.ofDays(40).toMillis();
        stop();
        wallMs.set(now);
        start();
        write("k");
        write("l", now);
        replica.tell(new PartitionReplica.FrontierTick());
        await().atMost(WAIT).until(() -> published.getLast() instanceof Change.Pruned);
        failNextWrite(FaultyJournal.Fault.REPORTED);
        assertEquals(List.of(ErrorCode.NOT_PERSISTED), write("k", removed(6)));
        assertEquals(Set.of("l"), keys(read().entries()));
        assertEquals(List.of(1L, 2L, 3L, 4L), publishedSeqs());
        assertEquals(Set.of("k"), keys(published.getLast()));
    }

    @Test
    void shouldRefuseWritesAndStillBeReadWhenTheStoreTakesNone() {
        write("a");
        LocalReplicas.Live before = live();
        storeFault.set(Optional.of("the disk is full"));
        failNextWrite(FaultyJournal.Fault.REFUSED);
        assertEquals(List.of(ErrorCode.NOT_PERSISTED), write("b"));
        assertEquals(before, live());
        assertEquals(Set.of("a"), keys(read().entries()));
    }

    @Test
    void shouldRefuseWritesAndStillBeReadWhileTheClockIsOutOfBounds() {
        write("a");
        wallMs.addAndGet(-60_001);
        assertEquals(List.of(ErrorCode.NOT_PERSISTED), write("b"));
        assertEquals(Set.of("a"), keys(read().entries()));
        wallMs.addAndGet(60_001);
        assertEquals(List.of(), write("b"));
        assertEquals(Set.of("a", "b"), keys(read().entries()));
    }

    /** The newest write was made by a clock that ran ahead; only what is in the store tells so after a restart. */
    @Test
    void shouldRefuseWritesWhenTheClockIsBehindWhatARestartFoundInTheStore() {
        write("a", 1_000_000 + 90_000);
        stop();
        start();
        live();
        assertEquals(List.of(ErrorCode.NOT_PERSISTED), write("b"));
        assertTrue(
                clock.fault().orElseThrow().contains("behind the newest write"),
                clock.fault().toString());
        assertEquals(Set.of("a"), keys(read().entries()));
    }
}
