package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class InHandTest {
    private final InHand inHand = new InHand();

    @Test
    void shouldBeEmptyOnceEveryEventIsThere() {
        assertTrue(inHand.isEmpty());
        inHand.add(3, 2);
        inHand.add(4, 1);
        inHand.remove(3);
        inHand.remove(4);
        assertFalse(inHand.isEmpty());
        inHand.remove(3);
        assertTrue(inHand.isEmpty());
    }

    @Test
    void shouldForgetWhatNobodyNeedWaitForAndNotCountItTwice() {
        inHand.add(3, 2);
        inHand.add(4, 1);
        inHand.clear(3);
        inHand.clear(3);
        inHand.remove(3);
        assertFalse(inHand.isEmpty());
        inHand.remove(4);
        assertTrue(inHand.isEmpty());
    }
}
