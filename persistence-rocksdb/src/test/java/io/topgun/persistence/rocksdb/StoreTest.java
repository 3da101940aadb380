package io.topgun.persistence.rocksdb;

import static io.topgun.persistence.rocksdb.TestStore.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class StoreTest {
    @TempDir
    Path dir;

    private static void assertReason(Reason reason, Executable action) {
        assertEquals(reason, assertThrows(RocksStoreException.class, action).reason());
    }

    private static void assertFails(Reason reason, CompletableFuture<Void> write) {
        Throwable cause =
                assertThrows(CompletionException.class, () -> await(write)).getCause();
        assertEquals(reason, assertInstanceOf(RocksStoreException.class, cause).reason());
    }

    private long logBytes() throws IOException {
        try (var files = Files.list(dir.resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void shouldFindAllAndReplayNoLogAfterACleanClose() throws IOException {
        try (TestStore store = new TestStore(dir)) {
            await(store.append("p", 1, "a"));
            await(store.append("p", 2, "b"));
            assertTrue(logBytes() > 0);
        }
        assertEquals(0, logBytes());
        try (TestStore store = new TestStore(dir)) {
            assertEquals(List.of("a", "b"), store.texts("p"));
        }
    }

    @Test
    void shouldKeepItsIdAndRaiseItsIncarnation() {
        StoreIdentity first;
        try (TestStore store = new TestStore(dir)) {
            first = store.store().identity();
        }
        assertEquals(1, first.incarnation());
        for (long incarnation = 2; incarnation < 5; incarnation++) {
            try (TestStore store = new TestStore(dir)) {
                assertEquals(
                        new StoreIdentity(first.storeId(), incarnation),
                        store.store().identity());
            }
        }
        try (TestStore other = new TestStore(dir.resolve("other"))) {
            assertFalse(other.store().identity().storeId() == first.storeId());
        }
    }

    @Test
    void shouldRefuseASecondOwner() {
        try (TestStore store = new TestStore(dir)) {
            assertReason(Reason.LOCKED, () -> new TestStore(dir));
            await(store.append("p", 1, "a"));
        }
        new TestStore(dir).close();
    }

    @Test
    void shouldRefuseANewerFormat() throws RocksDBException {
        new TestStore(dir).close();
        try (RocksDB db = openRaw()) {
            byte[] identity = db.get(Keys.STORE);
            identity[0]++;
            db.put(Keys.STORE, identity);
        }
        assertReason(Reason.FORMAT, () -> new TestStore(dir));
    }

    @Test
    void shouldRefuseAnUnknownColumnFamily() throws RocksDBException {
        new TestStore(dir).close();
        try (RocksDB db = openRaw()) {
            db.createColumnFamily(
                            new ColumnFamilyDescriptor("future".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .close();
        }
        assertReason(Reason.FORMAT, () -> new TestStore(dir));
    }

    @Test
    void shouldRunTheNativeCodeFromAStoresDirectory() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.isReadable(maps));
        new TestStore(dir).close();
        List<String> mapped = Files.readAllLines(maps).stream()
                .filter(line -> line.contains("librocksdbjni"))
                .toList();
        assertFalse(mapped.isEmpty());
        for (String line : mapped) assertTrue(line.contains("/native/"), line);
    }

    private RocksDB openRaw() throws RocksDBException {
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        for (Column column : Column.values()) families.add(new ColumnFamilyDescriptor(column.family()));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        return RocksDB.open(dir.resolve("db").toString(), families, handles);
    }

    @Test
    void shouldRefuseEverythingOnceClosed() {
        TestStore store = new TestStore(dir);
        store.close();
        store.close();
        assertReason(Reason.CLOSED, () -> store.append("p", 1, "a"));
        assertReason(Reason.CLOSED, () -> store.texts("p"));
        assertFalse(store.store().health().isWritable());
    }

    @Test
    void shouldCommitWhatWasQueuedBeforeItCloses() {
        TestStore store = new TestStore(dir);
        List<CompletableFuture<Void>> writes = IntStream.rangeClosed(1, 500)
                .mapToObj(n -> store.append("p", n, "e"))
                .toList();
        store.close();
        writes.forEach(TestStore::await);
        try (TestStore again = new TestStore(dir)) {
            assertEquals(500, again.texts("p").size());
        }
    }

    /** Holds commits back until it is opened, which closing does too: a failed test must not hang. */
    private static final class Gate implements AutoCloseable {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        Committer.Log before(Committer.Log log) {
            return rows -> {
                reached.countDown();
                awaitLatch(open);
                log.write(rows);
            };
        }

        @Override
        public void close() {
            open.countDown();
        }

        static void awaitLatch(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void shouldConfirmNothingBeforeItIsWrittenAndShareOneCommitAmongAllThatWaited() {
        Gate gate = new Gate();
        try (TestStore store = new TestStore(TestStore.settings(dir), gate::before);
                gate) {
            CompletableFuture<Void> first = store.append("p", 1, "a");
            Gate.awaitLatch(gate.reached);
            List<CompletableFuture<Void>> waiting = IntStream.range(0, 100)
                    .mapToObj(n -> store.append("q" + n, 1, "b"))
                    .toList();
            assertFalse(first.isDone());
            assertEquals(List.of(), store.texts("p"));
            gate.close();
            await(first);
            waiting.forEach(TestStore::await);
            assertEquals(2, store.store().stats().commits());
            assertEquals(101, store.store().stats().writes());
        }
    }

    @Test
    void shouldRefuseWhatTheQueueCannotHold() {
        Gate gate = new Gate();
        StoreSettings settings = TestStore.settings(dir, "topgun.persistence.rocksdb.queue-writes-max = 3");
        try (TestStore store = new TestStore(settings, gate::before);
                gate) {
            List<CompletableFuture<Void>> writes = new ArrayList<>();
            writes.add(store.append("p", 1, "a"));
            Gate.awaitLatch(gate.reached);
            for (long n = 2; n <= 4; n++) writes.add(store.append("p", n, "a"));
            assertReason(Reason.OVERLOADED, () -> store.append("p", 5, "a"));
            gate.close();
            writes.forEach(TestStore::await);
            await(store.append("p", 5, "a"));
        }
    }

    @Test
    void shouldBoundTheQueueInBytesToo() {
        Gate gate = new Gate();
        StoreSettings settings = TestStore.settings(dir, "topgun.persistence.rocksdb.queue-bytes-max = 1 KiB");
        try (TestStore store = new TestStore(settings, gate::before);
                gate) {
            CompletableFuture<Void> first = store.append("p", 1, "a");
            Gate.awaitLatch(gate.reached);
            CompletableFuture<Void> large = store.append("p", 2, "b".repeat(5000));
            assertReason(Reason.OVERLOADED, () -> store.append("p", 3, "c"));
            gate.close();
            await(first);
            await(large);
        }
    }

    @Test
    void shouldGoReadOnlyWhenACommitFails() {
        AtomicReference<String> trouble = new AtomicReference<>("");
        try (TestStore store = new TestStore(TestStore.settings(dir), log -> rows -> {
            if (!trouble.get().isEmpty()) throw new RocksDBException(trouble.get());
            log.write(rows);
        })) {
            await(store.append("p", 1, "a"));
            assertTrue(store.store().health().isWritable());
            trouble.set("the disk is on fire");
            assertFails(Reason.IO, store.append("p", 2, "b"));
            trouble.set("");
            assertFails(Reason.READ_ONLY, store.append("p", 2, "b"));
            assertFails(Reason.READ_ONLY, store.save("p", 2, "snapshot"));
            assertTrue(store.store().health().failure().orElseThrow().contains("the disk is on fire"));
            assertEquals(List.of("a"), store.texts("p"));
            CompletableFuture<Void> barrier = new CompletableFuture<>();
            store.events().awaitWrites(failure -> barrier.complete(Unit.unit()));
            await(barrier);
        }
        try (TestStore again = new TestStore(dir)) {
            await(again.append("p", 2, "b"));
            assertEquals(List.of("a", "b"), again.texts("p"));
        }
    }

    @Test
    void shouldNotDieWhenItClosesUnderReaders() throws InterruptedException {
        TestStore store = new TestStore(dir);
        List<CompletableFuture<Void>> writes = IntStream.rangeClosed(1, 20_000)
                .mapToObj(n -> store.append("p", n, "event"))
                .toList();
        writes.forEach(TestStore::await);
        CountDownLatch reading = new CountDownLatch(4);
        List<CompletableFuture<Reason>> readers = IntStream.range(0, 4)
                .mapToObj(n -> CompletableFuture.supplyAsync(
                        () -> {
                            reading.countDown();
                            while (true) {
                                try {
                                    store.texts("p");
                                } catch (RocksStoreException e) {
                                    return e.reason();
                                }
                            }
                        },
                        task -> Thread.ofPlatform().start(task)))
                .toList();
        reading.await();
        store.close();
        for (CompletableFuture<Reason> reader : readers) assertEquals(Reason.CLOSED, reader.join());
    }
}
