package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class InHandTest {
    private final InHand inHand = new InHand();

    @Test
    void shouldBeEmptyOnceEveryPartitionIsRemovedHoweverOften() {
        assertTrue(inHand.isEmpty());
        inHand.add(3);
        inHand.add(3);
        inHand.add(4);
        inHand.remove(5);
        inHand.remove(3);
        inHand.remove(3);
        assertFalse(inHand.isEmpty());
        inHand.remove(4);
        assertTrue(inHand.isEmpty());
    }
}
