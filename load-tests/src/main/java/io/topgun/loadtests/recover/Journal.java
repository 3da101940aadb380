package io.topgun.loadtests.recover;

import io.topgun.loadtests.Filling;
import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.Rows;
import io.topgun.protocol.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The data of a node that was killed after many writes: made once, then copied for each contender. */
final class Journal {
    /** How often each entry is written. */
    static final int WRITES_PER_ENTRY = 10;

    private static final Duration START_MAX = Duration.ofMinutes(1);

    private final Rows rows;
    private Optional<Path> made = Optional.empty();

    Journal(Rows rows) {
        this.rows = rows;
    }

    Rows rows() {
        return rows;
    }

    /** The number of the last write to an entry. */
    long last(long index) {
        return (WRITES_PER_ENTRY - 1L) * rows.count() + index;
    }

    /** A copy of it in a directory. */
    synchronized Path copyTo(Path directory) throws IOException, InterruptedException {
        if (made.isEmpty()) {
            Path data = directory.resolveSibling("made");
            try (NodeProcess node = NodeProcess.start(data, List.of(), List.of())) {
                long writes = (long) WRITES_PER_ENTRY * rows.count();
                Filling.write(node.awaitReady(START_MAX), "filler", Level.PERSISTED, writes, rows::op);
            }
            made = Optional.of(data);
        }
        Path copy = directory.resolve("data");
        copy(made.get(), copy);
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> paths = Files.walk(from)) {
            all = paths.toList(); // directories before what is in them
        }
        for (Path path : all) {
            Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
    }
}
