package io.topgun.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HybridClockTest {
    private long wallMs = 1_000;
    private final HybridClock clock = new HybridClock(() -> wallMs, "w");

    @Test
    void shouldFollowTheWallWhenItMovesOn() {
        assertEquals(Stamp.of(1_000, 0, "w"), clock.next());
        assertEquals(Stamp.of(1_000, 1, "w"), clock.next());
        wallMs = 1_001;
        assertEquals(Stamp.of(1_001, 0, "w"), clock.next());
    }

    @Test
    void shouldStayAheadWhenTheWallJumpsBack() {
        Stamp before = clock.next();
        wallMs = 5;
        assertTrue(clock.next().compareTo(before) > 0);
    }

    @Test
    void shouldGoPastWhatItObserved() {
        clock.observe(Stamp.time(9_000, 7));
        assertEquals(Stamp.of(9_000, 8, "w"), clock.next());
        clock.observe(Stamp.time(2_000, 0));
        assertEquals(Stamp.of(9_000, 9, "w"), clock.next());
    }

    @Test
    void shouldBorrowTheNextMillisecondWhenTheCounterIsFull() {
        clock.observe(Stamp.time(1_000, Stamp.COUNTER_MAX));
        assertEquals(Stamp.of(1_001, 0, "w"), clock.next());
    }

    @Test
    void shouldOrderUnsignedWhenTimesAreInTheFarFuture() {
        clock.observe(Stamp.time(1L << 47, 0));
        assertEquals(Stamp.of(1L << 47, 1, "w"), clock.next());
    }

    @Test
    void shouldRefuseWhenWriterOrTimeIsOutOfRange() {
        for (String writer : new String[] {"", "W", "é", "a-b", "x".repeat(33)}) {
            assertThrows(IllegalArgumentException.class, () -> new HybridClock(() -> 0, writer));
            assertThrows(IllegalArgumentException.class, () -> new Stamp(0, writer));
        }
        assertThrows(IllegalArgumentException.class, () -> Stamp.of(-1, 0, "w"));
        assertThrows(IllegalArgumentException.class, () -> Stamp.of(Stamp.MS_MAX + 1, 0, "w"));
        assertThrows(IllegalArgumentException.class, () -> Stamp.of(0, 65_536, "w"));
    }
}
