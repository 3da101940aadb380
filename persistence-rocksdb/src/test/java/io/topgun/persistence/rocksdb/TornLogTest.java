package io.topgun.persistence.rocksdb;

import static io.topgun.persistence.rocksdb.TestStore.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The write-ahead log as a crash may leave it: cut anywhere in what was not yet synced, or with
 * something else there. All that was confirmed before must be found, and the store go on.
 */
class TornLogTest {
    private static final int CONFIRMED = 3;

    @TempDir
    Path dir;

    private Path crashed;
    private Path log;
    /** The log's length after each of the events 1, 2, ... */
    private final List<Long> lengths = new ArrayList<>();

    @BeforeEach
    void writeAndCrash() throws IOException {
        Path running = dir.resolve("running");
        crashed = dir.resolve("crashed");
        try (TestStore store = new TestStore(running)) {
            for (int n = 1; n <= CONFIRMED + 2; n++) {
                await(store.append("p", n, "e" + n));
                lengths.add(Files.size(onlyLog(running)));
            }
            copy(running, crashed);
        }
        log = crashed.relativize(onlyLog(crashed));
    }

    private static Path onlyLog(Path store) throws IOException {
        try (var files = Files.list(store.resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolve("db"));
        try (var files = Files.list(from.resolve("db"))) {
            for (Path file : files.toList()) Files.copy(file, to.resolve("db").resolve(file.getFileName()));
        }
    }

    private static List<String> texts(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(n -> "e" + n).toList();
    }

    /** Opens a copy with the log changed, finds so many events, goes on, and finds those too. */
    private void assertRecovers(String name, int events, LogChange change) throws IOException {
        Path copy = dir.resolve(name);
        copy(crashed, copy);
        try (FileChannel channel = FileChannel.open(copy.resolve(log), StandardOpenOption.WRITE)) {
            change.apply(channel);
        }
        try (TestStore store = new TestStore(copy)) {
            assertEquals(texts(events), store.texts("p"), name);
            assertEquals(events, store.events().highestSequenceNr("p"), name);
            await(store.append("p", events + 1, "e" + (events + 1)));
            assertTrue(store.store().health().isWritable());
            copy(copy, dir.resolve(name + "-again"));
        }
        try (TestStore again = new TestStore(dir.resolve(name + "-again"))) {
            assertEquals(texts(events + 1), again.texts("p"), name);
        }
    }

    private interface LogChange {
        void apply(FileChannel log) throws IOException;
    }

    @Test
    void shouldFindAllThatWasConfirmedWhereverTheLogIsCut() throws IOException {
        long start = lengths.get(CONFIRMED - 1);
        long end = lengths.getLast();
        assertTrue(end > start);
        for (long cut = start; cut <= end; cut++) {
            long length = cut;
            int whole = (int) lengths.stream().filter(l -> l <= length).count();
            assertRecovers("cut-" + cut, whole, channel -> channel.truncate(length));
        }
    }

    @Test
    void shouldFindAllThatWasConfirmedWhenTheTailHasHoles() throws IOException {
        long start = lengths.get(CONFIRMED - 1);
        int tail = (int) (lengths.getLast() - start);
        byte[] junk = new byte[4096];
        Arrays.fill(junk, (byte) 0x5A);
        assertRecovers("zeros", CONFIRMED, log -> log.write(java.nio.ByteBuffer.allocate(tail), start));
        assertRecovers("junk", CONFIRMED, log -> log.write(java.nio.ByteBuffer.wrap(junk), start));
        assertRecovers("hole", CONFIRMED, log -> log.write(java.nio.ByteBuffer.allocate(9), start + 3));
        assertRecovers(
                "zeros-behind", CONFIRMED + 2, log -> log.write(java.nio.ByteBuffer.allocate(4096), lengths.getLast()));
    }
}
