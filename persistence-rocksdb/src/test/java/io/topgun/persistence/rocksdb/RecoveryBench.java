package io.topgun.persistence.rocksdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/**
 * The time to open a store with a log to replay, and to load 171,000 stored rows of 271 ids on two
 * threads. Not a test: {@code main} takes the rounds.
 */
final class RecoveryBench {
    private static final int IDS = 271;
    private static final int ROWS_PER_ID = 631;
    private static final int ROW_BYTES = 120;

    private RecoveryBench() {}

    public static void main(String[] args) throws Exception {
        Path dir = Files.createTempDirectory("bench");
        Path crashed = dir.resolve("crashed");
        try (TestStore store = new TestStore(dir.resolve("store"))) {
            List<CompletableFuture<Void>> saves = new ArrayList<>();
            for (int n = 0; n < IDS; n++) saves.add(store.save("partition-" + n, 1, rows(n)));
            saves.forEach(TestStore::await);
            Files.createDirectories(crashed.resolve("db"));
            try (var files = Files.list(dir.resolve("store").resolve("db"))) {
                for (Path file : files.toList())
                    Files.copy(file, crashed.resolve("db").resolve(file.getFileName()));
            }
        }
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        for (int round = 0; round < rounds; round++) {
            measure("after a crash", crashed, false);
            measure("after a close", dir.resolve("store"), true);
        }
        delete(dir);
    }

    private static RowsSnapshot rows(int id) {
        RowsSnapshot.Builder builder = RowsSnapshot.changes(new byte[16]);
        for (int row = 0; row < ROWS_PER_ID; row++) {
            byte[] value = new byte[ROW_BYTES];
            new java.util.Random((long) id * ROWS_PER_ID + row).nextBytes(value);
            builder.put(RowsSnapshotTest.bytes("city/" + id + "/" + row), value);
        }
        return builder.build();
    }

    private static void measure(String name, Path dir, boolean close) throws IOException {
        long start = System.nanoTime();
        if (!close) dir = copyOf(dir);
        long copied = System.nanoTime();
        TestStore store = new TestStore(dir);
        long opened = System.nanoTime();
        LongAdder rows = new LongAdder();
        List<CompletableFuture<Void>> halves = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            int first = half;
            halves.add(CompletableFuture.runAsync(
                    () -> {
                        for (int n = first; n < IDS; n += 2)
                            rows.add(store.rows("partition-" + n).size());
                    },
                    task -> Thread.ofPlatform().start(task)));
        }
        halves.forEach(CompletableFuture::join);
        long loaded = System.nanoTime();
        store.close();
        long closed = System.nanoTime();
        System.out.printf(
                "%s: opened in %d ms, loaded %d rows in %d ms, closed in %d ms (copying %d ms)%n",
                name,
                (opened - copied) / 1_000_000,
                rows.sum(),
                (loaded - opened) / 1_000_000,
                (closed - loaded) / 1_000_000,
                (copied - start) / 1_000_000);
    }

    private static Path copyOf(Path dir) throws IOException {
        Path copy = Files.createTempDirectory(dir.getParent(), "copy");
        Files.createDirectories(copy.resolve("db"));
        try (var files = Files.list(dir.resolve("db"))) {
            for (Path file : files.toList()) Files.copy(file, copy.resolve("db").resolve(file.getFileName()));
        }
        return copy;
    }

    private static void delete(Path dir) throws IOException {
        try (var files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
