package io.topgun.loadtests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.loadtests.bench.Bench;
import io.topgun.loadtests.bench.Scenario;
import io.topgun.loadtests.digest.DigestScenario;
import io.topgun.loadtests.fanout.FanoutScenario;
import io.topgun.loadtests.write.WriteScenarios;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Short runs of the benchmarks that what is usual passes by far, whatever else the machine does, and what has become many times
 * slower does not: each floor is for the median of ratios to a line that took turns with ours.
 */
@Timeout(300)
final class SmokeIT {
    @TempDir
    Path directory;

    @Test
    void shouldWriteNotFarSlowerThanRocksDbAlone() throws Exception {
        assertReached(WriteScenarios.smoke(), 5, Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    @Test
    void shouldFanOutNotFarSlowerThanNettyAlone() throws Exception {
        assertReached(FanoutScenario.smoke(), 5, Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    @Test
    void shouldFindDifferencesInFewRoundTripsAndBytes() throws Exception {
        assertReached(DigestScenario.smoke(), 1, Duration.ofMillis(500), Duration.ZERO);
    }

    private void assertReached(Scenario<?> scenario, int rounds, Duration time, Duration warmUp) throws Exception {
        Bench bench = new Bench(rounds, time, warmUp, List.of(), directory);

        assertEquals(List.of(), bench.missed(scenario, directory, System.out));
    }
}
