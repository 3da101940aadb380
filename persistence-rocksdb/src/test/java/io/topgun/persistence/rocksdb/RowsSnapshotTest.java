package io.topgun.persistence.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incremental snapshots through Pekko's protocol. */
class RowsSnapshotTest {
    private static final long MAX = Long.MAX_VALUE;
    private static final AtomicInteger IDS = new AtomicInteger();

    @TempDir
    static Path dir;

    private static TestSystem system;
    private String id = "";
    private SnapshotProbe store;

    @BeforeAll
    static void open() {
        system = new TestSystem(dir);
    }

    @AfterAll
    static void close() {
        system.close();
    }

    @BeforeEach
    void saveTwoRows() {
        id = "p-" + IDS.incrementAndGet();
        store = new SnapshotProbe(system, id);
        store.save(
                10,
                changes("h-10")
                        .put(bytes("a"), bytes("1"))
                        .put(bytes("b"), bytes("2"))
                        .build());
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static RowsSnapshot.Builder changes(String header) {
        return RowsSnapshot.changes(bytes(header));
    }

    static Map<String, String> map(Object rows) {
        Map<String, String> map = new TreeMap<>();
        ((StoredRows) rows).forEach((key, value) -> map.put(new String(key, UTF_8), new String(value, UTF_8)));
        return map;
    }

    private void assertLoads(long sequenceNr, String header, Map<String, String> rows) {
        SelectedSnapshot loaded = store.load().orElseThrow();
        assertEquals(sequenceNr, loaded.metadata().sequenceNr());
        assertEquals(header, new String(((StoredRows) loaded.snapshot()).header(), UTF_8));
        assertEquals(rows, map(loaded.snapshot()));
    }

    @Test
    void shouldLoadAllRowsWhenOnlyChangesWereSaved() {
        store.save(
                20,
                changes("h-20").put(bytes("c"), bytes("3")).delete(bytes("a")).build());
        assertLoads(20, "h-20", Map.of("b", "2", "c", "3"));
    }

    @Test
    void shouldDropEarlierRowsWhenReplaced() {
        store.save(
                20,
                RowsSnapshot.replacement(bytes("h")).put(bytes("z"), bytes("9")).build());
        assertLoads(20, "h", Map.of("z", "9"));
    }

    @Test
    void shouldCountTheLaterOfTwoChangesOfOneKey() {
        store.save(
                20,
                changes("h")
                        .delete(bytes("a"))
                        .put(bytes("a"), bytes("5"))
                        .delete(bytes("b"))
                        .build());
        assertLoads(20, "h", Map.of("a", "5"));
    }

    @Test
    void shouldNotTouchAnIdOfWhichThisOneIsAPrefix() {
        SnapshotProbe other = new SnapshotProbe(system, id + "-longer");
        other.save(1, changes("h").put(bytes("x"), bytes("1")).build());
        store.delete(SnapshotSelectionCriteria.latest());
        assertEquals(Optional.empty(), store.load());
        assertEquals(Map.of("x", "1"), map(other.load().orElseThrow().snapshot()));
    }

    @Test
    void shouldHaveTheNewestOnly() {
        store.save(20, changes("h").build());
        assertEquals(Optional.empty(), store.load(SnapshotSelectionCriteria.create(19, MAX), MAX));
    }

    @Test
    void shouldKeepTheRowsWhenOnlyEarlierSnapshotsAreDeleted() {
        store.save(20, changes("h").build());
        store.delete(SnapshotSelectionCriteria.create(19, MAX));
        store.delete(new SnapshotMetadata(id, 10, 0));
        assertLoads(20, "h", Map.of("a", "1", "b", "2"));
    }

    @Test
    void shouldDeleteTheRowsWithTheirSnapshot() {
        store.delete(new SnapshotMetadata(id, 10, 0));
        assertEquals(Optional.empty(), store.load());
        store.save(30, changes("h").put(bytes("n"), bytes("1")).build());
        assertLoads(30, "h", Map.of("n", "1"));
    }

    @Test
    void shouldKeepTheRowsWhenPekkoDeletesAfterASaveThatTimedOut() {
        store.timeOutSave(10);
        store.save(11, changes("h").build());
        assertLoads(11, "h", Map.of("a", "1", "b", "2"));
    }

    @Test
    void shouldLoadTheNewerOfTheTwoKinds() {
        store.save(12, "ordinary");
        assertEquals("ordinary", store.load().orElseThrow().snapshot());
        store.save(14, changes("h").delete(bytes("b")).build());
        assertLoads(14, "h", Map.of("a", "1"));
        store.delete(SnapshotSelectionCriteria.create(14, MAX, 14, 0));
        assertEquals("ordinary", store.load().orElseThrow().snapshot());
    }

    @Test
    void shouldLoadTheRowsAfterTheSystemWasStartedAgain() {
        try (TestSystem first = new TestSystem(dir.resolve("again"))) {
            new SnapshotProbe(first, "p")
                    .save(7, changes("h").put(bytes("k"), bytes("v")).build());
        }
        try (TestSystem second = new TestSystem(dir.resolve("again"))) {
            SelectedSnapshot loaded = new SnapshotProbe(second, "p").load().orElseThrow();
            assertEquals(Map.of("k", "v"), map(loaded.snapshot()));
            assertEquals(7, loaded.metadata().sequenceNr());
        }
    }

    @Test
    void shouldRefuseAnEmptyId() {
        assertThrows(RocksStoreException.class, () -> Keys.prefix(""));
    }
}
