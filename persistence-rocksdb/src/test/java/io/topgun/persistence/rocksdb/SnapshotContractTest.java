package io.topgun.persistence.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.NotSerializableException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases of the snapshot store specification in Pekko's persistence TCK, and what it leaves out. */
class SnapshotContractTest {
    private static final long MAX = Long.MAX_VALUE;
    private static final SnapshotSelectionCriteria LATEST = SnapshotSelectionCriteria.latest();
    private static final AtomicInteger IDS = new AtomicInteger();

    @TempDir
    static Path dir;

    private static TestSystem system;
    private String id = "";
    private SnapshotProbe store;
    /** Of the snapshots s-1 to s-5 with the sequence numbers 11 to 15. */
    private List<SnapshotMetadata> saved;

    @BeforeAll
    static void open() {
        system = new TestSystem(dir);
    }

    @AfterAll
    static void close() {
        system.close();
    }

    @BeforeEach
    void saveFive() {
        id = "p-" + IDS.incrementAndGet();
        store = new SnapshotProbe(system, id);
        saved = LongStream.rangeClosed(1, 5)
                .mapToObj(n -> store.save(n + 10, "s-" + n))
                .toList();
    }

    private void assertLoads(int n, SnapshotSelectionCriteria criteria, long toSequenceNr) {
        assertEquals(Optional.of(new SelectedSnapshot(saved.get(n - 1), "s-" + n)), store.load(criteria, toSequenceNr));
    }

    private static SnapshotSelectionCriteria upTo(long sequenceNr, long timestamp) {
        return SnapshotSelectionCriteria.create(sequenceNr, timestamp);
    }

    @Test
    void shouldLoadNothingWhenTheIdIsUnknown() {
        assertEquals(Optional.empty(), new SnapshotProbe(system, "unknown").load());
    }

    @Test
    void shouldLoadNothingWhenNoTimestampMatches() {
        assertEquals(Optional.empty(), store.load(upTo(MAX, 100), MAX));
    }

    @Test
    void shouldLoadNothingWhenNoSequenceNumberMatches() {
        assertEquals(Optional.empty(), store.load(upTo(7, MAX), MAX));
        assertEquals(Optional.empty(), store.load(LATEST, 7));
        assertEquals(Optional.empty(), store.load(SnapshotSelectionCriteria.create(MAX, MAX, 16, 0), MAX));
    }

    @Test
    void shouldLoadTheNewest() {
        assertLoads(5, LATEST, MAX);
    }

    @Test
    void shouldLoadTheNewestUpToASequenceNumber() {
        assertLoads(3, upTo(13, MAX), MAX);
        assertLoads(3, LATEST, 13);
    }

    @Test
    void shouldLoadTheNewestUpToASequenceNumberAndATimestamp() {
        assertLoads(3, upTo(13, saved.get(2).timestamp()), MAX);
    }

    @Test
    void shouldLoadTheNewestOfThoseOldEnough() {
        store.save(new SnapshotMetadata(id, 20, 0), "later");
        long before = saved.get(4).timestamp();
        Optional<SelectedSnapshot> found = store.load(upTo(MAX, before), MAX);
        assertEquals(true, found.orElseThrow().metadata().timestamp() <= before);
    }

    @Test
    void shouldDeleteOneWhateverItsTimestamp() {
        store.delete(new SnapshotMetadata(id, 13, 0));
        assertLoads(2, upTo(13, MAX), MAX);
        assertLoads(5, LATEST, MAX);
    }

    @Test
    void shouldNotDeleteOneWithAnotherTimestamp() {
        store.delete(new SnapshotMetadata(id, 13, saved.get(2).timestamp() + 1));
        assertLoads(3, upTo(13, MAX), MAX);
    }

    @Test
    void shouldDeleteAllThatMatch() {
        store.delete(upTo(13, saved.get(2).timestamp()));
        assertEquals(Optional.empty(), store.load(upTo(13, MAX), MAX));
        assertLoads(4, upTo(14, MAX), MAX);
    }

    @Test
    void shouldDeleteARangeOfSequenceNumbers() {
        store.delete(SnapshotSelectionCriteria.create(14, MAX, 12, 0));
        assertLoads(1, upTo(14, MAX), MAX);
        assertLoads(5, LATEST, MAX);
    }

    @Test
    void shouldNotDeleteWhatIsTooYoung() {
        store.delete(upTo(14, saved.get(0).timestamp() - 1));
        assertLoads(4, upTo(14, MAX), MAX);
    }

    @Test
    void shouldOverwriteTheSameSequenceNumber() {
        store.save(saved.get(4), "s-5-modified");
        SelectedSnapshot loaded = store.load().orElseThrow();
        assertEquals("s-5-modified", loaded.snapshot());
        assertEquals(15, loaded.metadata().sequenceNr());
    }

    @Test
    void shouldKeepALargeSnapshot() {
        String large = "0123456789".repeat(1_000_000);
        store.save(100, large);
        assertEquals(large, store.load().orElseThrow().snapshot());
    }

    @Test
    void shouldSerializeWithTheSystemsTransportInformation() {
        RefPayload payload = new RefPayload(new TestKit(system.system()).getRef());
        store.save(100, payload);
        assertEquals(payload, store.load().orElseThrow().snapshot());
    }

    @Test
    void shouldKeepMetadata() {
        store.save(new SnapshotMetadata(id, 100, 0).withMetadata("meta"), "s");
        assertEquals("meta", store.load().orElseThrow().metadata().metadata().get());
    }

    @Test
    void shouldFailTheSaveOfWhatCannotBeSerialized() {
        assertInstanceOf(NotSerializableException.class, store.saveFailing(100, new Object()));
        assertLoads(5, LATEST, MAX);
    }
}
