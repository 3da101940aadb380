package io.topgun.loadtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final List<String> MAPS = List.of("a", "b");

    private final Progress progress = new Progress();

    @Test
    void shouldCountDeltasInFrontOfTheLastChunk() {
        progress.changed(0, 7);
        assertFalse(progress.isCaughtUp());
        progress.caughtUp(0, 5);
        assertTrue(progress.isCaughtUpWith(0));
        assertEquals(7, progress.seq());
        progress.changed(0, 9);
        assertEquals(9, progress.seq());
    }

    @Test
    void shouldBeCaughtUpWhereNothingWasSaid() {
        progress.changed(0, 7);
        progress.unchanged(0, 5);
        assertTrue(progress.isCaughtUpWith(0));
        assertEquals(7, progress.seq());
    }

    @Test
    void shouldNotBeCaughtUpByWhatIsNotSaidInTheMidstOfARepair() {
        progress.beginRepair(1, MAPS);
        progress.unchanged(0, 5);
        assertTrue(progress.isRepairing(1));
    }

    @Test
    void shouldNotMoveByTheLogOfAnotherStore() {
        progress.caughtUp(0, 5);
        progress.changed(1, 100);
        assertEquals(5, progress.seq());
        assertEquals(0, progress.ref());
    }

    @Test
    void shouldTakeTheLeastPositionOnceEveryMapIsEqual() {
        progress.caughtUp(0, 5);
        progress.beginRepair(1, MAPS);
        assertFalse(progress.isCaughtUp());
        progress.changed(1, 50);
        progress.equal("a", 40);
        assertTrue(progress.isRepairing(1));
        assertFalse(progress.isCaughtUp());
        progress.equal("b", 44);
        assertTrue(progress.isCaughtUpWith(1));
        assertEquals(40, progress.seq());
        progress.changed(1, 51);
        assertEquals(51, progress.seq());
    }

    @Test
    void shouldWaitForAMapThatWasLetGoAgain() {
        progress.beginRepair(1, MAPS);
        progress.equal("a", 40);
        progress.unequal("a");
        progress.equal("b", 44);
        assertFalse(progress.isCaughtUp());
        assertFalse(progress.isRepairing(0));
        progress.equal("a", 45);
        assertTrue(progress.isCaughtUpWith(1));
    }
}
