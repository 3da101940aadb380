package io.topgun.node.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeClockTest {
    private static final long START = 1_700_000_000_000L;

    private long wallMs = START;
    private long steadyMs = 5;
    private final NodeClock clock = new NodeClock(
            new ClockSettings(Duration.ofSeconds(60), Duration.ofSeconds(30)), () -> wallMs, () -> steadyMs);

    private void pass(long ms) {
        wallMs += ms;
        steadyMs += ms;
        clock.watch();
    }

    @ParameterizedTest
    @ValueSource(longs = {60_000, -60_000})
    void shouldTakeAStepWithinBounds(long step) {
        wallMs += step;
        assertEquals(Optional.empty(), clock.fault());
        assertEquals(wallMs, clock.nowMs());
    }

    @ParameterizedTest
    @ValueSource(longs = {60_001, -60_001, 3_600_000, -86_400_000})
    void shouldNotTrustAClockThatStepsTooFarUntilItIsBack(long step) {
        pass(10_000);
        wallMs += step;
        assertTrue(clock.fault().orElseThrow().contains("it stepped by " + step / 1000 + " s"));
        pass(100_000);
        assertTrue(clock.fault().isPresent(), "time alone does not make it right");
        assertEquals(START + 110_000, clock.nowMs(), "the step does not show");
        wallMs -= step;
        assertEquals(Optional.empty(), clock.fault());
        assertEquals(START + 110_000, clock.nowMs());
    }

    @Test
    void shouldFollowAClockThatDrifts() {
        for (int i = 0; i < 1_000; i++) {
            wallMs += 500;
            pass(1_000);
            assertEquals(Optional.empty(), clock.fault());
        }
        assertEquals(START + 1_500_000, clock.nowMs());
    }

    @Test
    void shouldNotFollowAStepThatIsOutOfBounds() {
        wallMs += 70_000;
        clock.watch();
        wallMs -= 20_000;
        assertEquals(Optional.empty(), clock.fault(), "50 s from where it was");
    }

    @Test
    void shouldNotTrustAClockThatIsBehindWhatWasWritten() {
        clock.observe(START + 30_000);
        assertEquals(Optional.empty(), clock.fault());
        clock.observe(START + 40_000);
        clock.observe(START);
        assertTrue(clock.fault().orElseThrow().contains("40 s behind the newest write"));
        pass(9_999);
        assertTrue(clock.fault().isPresent());
        pass(1);
        assertEquals(Optional.empty(), clock.fault());
    }

    @Test
    void shouldRefuseBoundsOfNothing() {
        assertThrows(IllegalArgumentException.class, () -> new ClockSettings(Duration.ZERO, Duration.ofSeconds(1)));
        assertThrows(
                IllegalArgumentException.class, () -> new ClockSettings(Duration.ofSeconds(1), Duration.ofSeconds(-1)));
    }

    @Test
    void shouldHaveASteadyTimeThatPasses() {
        SteadyTime steady = new SteadyTime();
        long before = steady.getAsLong();
        long nanos = System.nanoTime();
        while (System.nanoTime() - nanos < 20_000_000) {
            Thread.onSpinWait();
        }
        long passed = steady.getAsLong() - before;
        assertTrue(passed >= 5 && passed < 60_000, "20 ms as " + passed);
    }
}
