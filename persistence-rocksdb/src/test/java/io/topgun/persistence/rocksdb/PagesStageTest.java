package io.topgun.persistence.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.persistence.rocksdb.Cursor.Page;
import io.topgun.persistence.rocksdb.Cursor.Then;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesStageTest {
    @TempDir
    static Path dir;

    private static TestSystem system;

    @BeforeAll
    static void open() {
        system = new TestSystem(dir);
    }

    @AfterAll
    static void close() {
        system.close();
    }

    private static <T> List<T> run(Cursor<T> cursor, Optional<PagesStage.WakeUp> wakeUp) {
        CompletionStage<List<T>> all = Source.fromGraph(
                        new PagesStage<>(system.persistence().reads(), cursor, wakeUp))
                .runWith(Sink.seq(), system.system());
        return all.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static <T> Cursor<T> page(List<T> elements, Cursor<T> next, Then then) {
        return () -> new Page<>(elements, next, then);
    }

    private static <T> Cursor<T> end() {
        return () -> new Page<>(List.of(), end(), Then.END);
    }

    @Test
    void shouldReadOnBehindAnEmptyPage() {
        Cursor<Integer> pages =
                page(List.of(1), page(List.of(), page(List.of(2, 3), end(), Then.END), Then.MORE), Then.MORE);
        assertEquals(List.of(1, 2, 3), run(pages, Optional.empty()));
    }

    @Test
    void shouldEndWhenCaughtUpAndNotLive() {
        assertEquals(List.of(1), run(page(List.of(1), end(), Then.CAUGHT_UP), Optional.empty()));
    }

    @Test
    void shouldFailWithTheReadsOwnError() {
        Cursor<Integer> broken = () -> {
            throw new IllegalStateException("broken");
        };
        Throwable failure = assertThrows(CompletionException.class, () -> run(broken, Optional.empty()))
                .getCause();
        assertEquals(
                "broken", assertInstanceOf(IllegalStateException.class, failure).getMessage());
    }

    @Test
    void shouldReadAgainWhenWokenDuringARead() {
        AtomicReference<Runnable> wake = new AtomicReference<>(() -> {});
        // Both messages come from this thread, so the stage handles the wake-up while it still reads.
        Cursor<Integer> racing = () -> {
            wake.get().run();
            return new Page<>(List.of(), page(List.of(7), end(), Then.END), Then.CAUGHT_UP);
        };
        AtomicBoolean unsubscribed = new AtomicBoolean();
        assertEquals(List.of(7), run(racing, Optional.of(listener -> {
            wake.set(listener);
            return () -> unsubscribed.set(true);
        })));
        assertTrue(unsubscribed.get());
    }
}
