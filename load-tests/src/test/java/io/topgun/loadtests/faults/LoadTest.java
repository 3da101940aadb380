package io.topgun.loadtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoadTest {
    private final Random random = new Random(1);

    @Test
    void shouldKeepTheRateOfAllWritersTogether() {
        Load load = new Load(50, 1_000);
        double meanMs = IntStream.range(0, 10_000)
                .map(i -> load.pauseMs(15, random))
                .average()
                .orElseThrow();
        assertEquals(750, meanMs, 20); // 50 writers, 15 writes each in that time
    }

    @Test
    void shouldHardlyRestWithoutARate() {
        assertTrue(IntStream.range(0, 1_000)
                        .map(i -> new Load(50, 0).pauseMs(200, random))
                        .max()
                        .orElseThrow()
                < 60);
    }

    @Test
    void shouldTakeNoLoadWithoutWriters() {
        assertThrows(IllegalArgumentException.class, () -> new Load(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Load(1, -1));
    }
}
