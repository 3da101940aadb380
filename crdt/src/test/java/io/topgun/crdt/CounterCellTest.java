package io.topgun.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CounterCellTest {
    private static final Stamp FIRST = Stamp.of(10, 0, "a");
    private static final CounterCell FIVE = CounterCell.share(FIRST, 7, 2);

    @Test
    void shouldGrowTheWritersShareWhileItIsOpen() {
        Stamp now = Stamp.of(10 + CounterCell.SHARE_MS, 3, "a");
        assertEquals(CounterCell.share(FIRST, 8, 2), FIVE.add(now, 1, 0));
        assertEquals(8, FIVE.merge(FIVE.add(now, 3, 0)).value());
    }

    @Test
    void shouldBeginAShareWhenTheWritersIsADayOldOrAnotherWriters() {
        Stamp later = Stamp.of(11 + CounterCell.SHARE_MS, 0, "a");
        Stamp other = Stamp.of(10, 0, "b");
        assertEquals(CounterCell.share(later, 1, 0), FIVE.add(later, 1, 0));
        assertEquals(CounterCell.share(other, 0, 1), FIVE.add(other, 0, 1));
        assertEquals(4, FIVE.merge(FIVE.add(other, 0, 1)).value());
    }

    @Test
    void shouldStopAtTheGreatestSumInEachDirection() {
        CounterCell most = CounterCell.share(FIRST, CounterCell.SUM_MAX, 0);
        CounterCell both = most.merge(most.add(Stamp.of(10, 1, "b"), CounterCell.SUM_MAX, 1));
        assertEquals(CounterCell.SUM_MAX - 1, both.value());
        assertSame(most, most.merge(most.add(Stamp.of(11, 0, "a"), 5, 0)));
    }

    @Test
    void shouldFoldWhatTheFrontierHasPassedAndDropItWhenItComesAgain() {
        CounterCell two = FIVE.merge(CounterCell.share(Stamp.of(11, 0, "b"), 1, 0));
        CounterCell folded = (CounterCell) two.pruned(10 + CounterCell.SHARE_MS).orElseThrow();
        assertEquals(Optional.of(new CounterCell.Folded(10, 7, 2)), folded.folded());
        assertEquals(1, folded.shares().size());
        assertEquals(6, folded.value());
        assertSame(folded, folded.merge(two));
        assertEquals(folded, two.merge(folded));
    }

    @Test
    void shouldRefuseWhenPartsDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> CounterCell.share(FIRST, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> CounterCell.share(FIRST, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> CounterCell.share(FIRST, CounterCell.SUM_MAX + 1, 0));
        assertThrows(IllegalArgumentException.class, () -> CounterCell.of(Optional.empty(), Shares.none()));
        assertThrows(
                IllegalArgumentException.class,
                () -> CounterCell.of(Optional.of(new CounterCell.Folded(10, 1, 1)), FIVE.shares()));
    }
}
