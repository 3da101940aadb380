package io.topgun.loadtests.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The wall clock of processes that are started with its environment, by libfaketime. */
final class FakeClock {
    private final Path directory;
    private final Path offset;

    FakeClock(Path directory) throws IOException {
        this.directory = directory;
        this.offset = directory.resolve("clock-offset");
        set(0);
    }

    static Optional<String> missing() {
        return library().isPresent()
                ? Optional.empty()
                : Optional.of("libfaketime is not installed (Debian package faketime)");
    }

    private static Optional<Path> library() {
        Path root = Path.of("/usr/lib");
        if (!Files.isDirectory(root)) {
            return Optional.empty();
        }
        try (Stream<Path> found =
                Files.find(root, 3, (path, attributes) -> path.endsWith("faketime/libfaketimeMT.so.1"))) {
            return found.findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For the process; nothing where the library is missing. */
    Map<String, String> environment() {
        return library()
                .map(library -> Map.of(
                        "LD_PRELOAD", library.toString(),
                        "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                        "FAKETIME_CACHE_DURATION", "1",
                        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                        "FAKETIME_FORCE_MONOTONIC_FIX", "0"))
                .orElse(Map.of());
    }

    /** Removes what the library leaves in shared memory of a process that was killed, lest a later one of this id meets it. */
    static void forget(long pid) throws IOException {
        Path shared = Path.of("/dev/shm");
        Files.deleteIfExists(shared.resolve("faketime_shm_" + pid));
        Files.deleteIfExists(shared.resolve("sem.faketime_sem_" + pid));
    }

    /** In one step, as readers meet it at any time. */
    void set(int seconds) throws IOException {
        Path next = Files.writeString(directory.resolve("clock-next"), (seconds < 0 ? "" : "+") + seconds);
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
    }
}
