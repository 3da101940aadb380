package io.topgun.node.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SeenKeysTest {

    @Test
    void shouldKnowEveryKeyAfterItHasGrown() {
        SeenKeys seen = new SeenKeys(100_000);
        for (int i = 0; i < 50_000; i++) {
            assertTrue(seen.add("key " + i));
        }
        for (int i = 0; i < 50_000; i++) {
            assertFalse(seen.add("key " + i));
        }
        assertFalse(seen.isFull());
    }

    @Test
    void shouldForgetWhatIsBehindItsBound() {
        SeenKeys seen = new SeenKeys(2);
        assertTrue(seen.add("a"));
        assertTrue(seen.add("b"));
        assertEquals(true, seen.isFull());
        assertTrue(seen.add("c"));
        assertTrue(seen.add("c"));
        assertFalse(seen.add("a"));
    }
}
