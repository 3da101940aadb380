package io.topgun.loadtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real node under load is killed twenty times and meets every other fault that is short enough.
 * {@code -Dtopgun.faults.seed=N} repeats the plan of a run, though not its timing.
 */
@Tag("crash")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultsIT {
    /** Every third of them kills a node twice: under load, and while it starts again. */
    private static final int KILL_STEPS = 15;

    private final long seed = Long.getLong("topgun.faults.seed", System.nanoTime());
    private Trial trial;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        System.out.println("topgun.faults.seed=" + seed);
        trial = new Trial(directory, 1, new Load(8, 0), seed);
        trial.start(Duration.ZERO);
    }

    @AfterAll
    void end() throws Exception {
        trial.close();
    }

    @TestFactory
    @Timeout(600)
    Stream<DynamicTest> shouldLoseAndInventNothingWhenKilledTwentyTimesAndUnderEveryFault() {
        List<Fault> faults = new ArrayList<>(Collections.nCopies(KILL_STEPS, Fault.KILL));
        faults.addAll(List.of(
                Fault.TERM, Fault.STOP_1, Fault.CLOCK_AHEAD, Fault.CLOCK_BEHIND, Fault.DISK_FULL, Fault.SYNC_ERROR));
        Stream<DynamicTest> steps = Schedule.steps(new Random(seed), faults, 1).stream()
                .map(step -> DynamicTest.dynamicTest(step.toString(), () -> make(step)));
        return Stream.concat(steps, Stream.of(DynamicTest.dynamicTest("the end", this::finish)));
    }

    private void make(Schedule.Step step) throws Exception {
        Optional<String> missing = step.fault().missing(1);
        assumeTrue(missing.isEmpty(), () -> step.fault() + ": " + missing.orElseThrow());
        assertSound(trial.step(step).faults());
    }

    private void finish() throws Exception {
        assertSound(trial.finish());
        assertTrue(trial.history().acknowledgements() > 100 * KILL_STEPS, "Too little was written to prove anything");
        assertTrue(trial.reads() > KILL_STEPS, "Too little was read again to prove anything");
    }

    private void assertSound(List<String> faults) {
        List<String> first = faults.subList(0, Math.min(10, faults.size()));
        assertEquals(List.of(), first, () -> faults.size() + " findings, seed " + seed);
    }
}
