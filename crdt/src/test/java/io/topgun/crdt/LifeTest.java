package io.topgun.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LifeTest {
    @Test
    void shouldEndAtTheEarlierOfExpiryAndIdling() {
        assertEquals(Long.MAX_VALUE, Life.FOREVER.endMs());
        assertEquals(50, Life.until(50).endMs());
        assertEquals(30, Life.of(0, 10, 20).endMs());
        assertEquals(30, Life.of(50, 10, 20).endMs());
        assertEquals(25, Life.of(25, 10, 20).endMs());
        assertEquals(2 * Stamp.MS_MAX, Life.of(0, Stamp.MS_MAX, Stamp.MS_MAX).endMs());
    }

    @Test
    void shouldBeOrderedByExpiryThenIdlingThenTouch() {
        List<Life> ascending = List.of(
                Life.FOREVER, Life.of(0, 1, 9), Life.of(0, 2, 0), Life.of(0, 2, 1), Life.until(1), Life.of(1, 1, 0));
        for (int i = 1; i < ascending.size(); i++) {
            assertTrue(ascending.get(i - 1).compareTo(ascending.get(i)) < 0, "at " + i);
        }
    }

    @Test
    void shouldBeTheSameWhenATouchIsNotLaterOrDoesNotCount() {
        Life idles = Life.of(9, 5, 20);
        assertEquals(Life.of(9, 5, 21), idles.touched(21));
        assertSame(idles, idles.touched(20));
        assertSame(Life.FOREVER, Life.FOREVER.touched(20));
        assertSame(Life.FOREVER, Life.of(0, 0, 0));
    }

    @Test
    void shouldRefuseWhatIsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> Life.until(-1));
        assertThrows(IllegalArgumentException.class, () -> Life.of(0, Stamp.MS_MAX + 1, 0));
        assertThrows(IllegalArgumentException.class, () -> Life.of(0, 0, 1));
    }
}
