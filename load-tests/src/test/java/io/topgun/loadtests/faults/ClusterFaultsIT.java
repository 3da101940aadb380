package io.topgun.loadtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.loadtests.Main;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real nodes under load are killed one by one and all at once, halted, and cut off from each other.
 * {@code -Dtopgun.faults.seed=N} repeats the plan of a run, though not its timing.
 */
@Tag("crash")
final class ClusterFaultsIT {
    private static final String FAULTS = "kill,kill-all,isolated,stop-1,wipe";
    private static final Duration TIME = Duration.ofMinutes(2);

    private final long seed = Long.getLong("topgun.faults.seed", System.nanoTime());

    @Test
    @Timeout(600)
    void shouldLoseAndInventNothingWhenNodesOfAClusterFail(@TempDir Path directory) throws Exception {
        List<String> args = List.of(
                "faults", "--nodes", "3", "--minutes", "" + TIME.toMinutes(), "--seed", "" + seed, "--faults", FAULTS);
        OptionalInt code = Namespace.run(Main.class, args, System.out);
        boolean isSound = code.isPresent()
                ? code.getAsInt() == 0
                : new FaultsRun(
                                new FaultsRun.Setup(3, new Load(8, 0), seed, Fault.parse(FAULTS), 4, Duration.ZERO),
                                System.out)
                        .run(directory, TIME);
        assertEquals(true, isSound, () -> "seed " + seed);
    }
}
