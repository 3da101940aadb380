package io.topgun.crdt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CellTest {
    private static final Stamp EARLY = Stamp.of(10, 0, "a");
    private static final Stamp LATE = Stamp.of(20, 0, "b");
    private static final String[] NAMES = {"x", "yy"};
    private static final byte[] VALUES = {1, 2};

    @Test
    void shouldReadAsAbsentWhenExpired() {
        ValueCell value = ValueCell.set(EARLY, VALUES, Life.until(100));
        assertTrue(value.isVisible(99));
        assertFalse(value.isVisible(100));
        FieldsCell fields = FieldsCell.set(EARLY, Life.until(100), NAMES, VALUES);
        assertTrue(fields.isVisible(99));
        assertFalse(fields.isVisible(100));
        assertTrue(FieldsCell.set(EARLY, Life.FOREVER, NAMES, VALUES).isVisible(Stamp.MS_MAX));
    }

    @Test
    void shouldStayInvisibleWhenUpdateHasNoPresentBase() {
        FieldsCell update = FieldsCell.update(LATE, NAMES, VALUES);
        assertFalse(update.isVisible(0));
        assertFalse(update.merge(FieldsCell.delete(EARLY)).isVisible(0));
        assertTrue(
                update.merge(FieldsCell.set(EARLY, Life.FOREVER, NAMES, VALUES)).isVisible(0));
    }

    @Test
    void shouldShareNamesWhenAnUpdateChangesValuesOnly() {
        FieldsCell set = FieldsCell.set(EARLY, Life.FOREVER, NAMES, VALUES);
        FieldsCell merged = set.merge(FieldsCell.update(LATE, new String[] {"yy"}, new byte[] {3}));
        assertSame(NAMES, merged.names());
        assertArrayEquals(new byte[] {1, 3}, merged.values());
        assertEquals(20, merged.newestMs());
    }

    @Test
    void shouldGiveNoValueWhenFieldIsRemovedOrUnknown() {
        FieldsCell cell = FieldsCell.set(EARLY, Life.FOREVER, NAMES, VALUES)
                .merge(FieldsCell.update(LATE, new String[] {"yy"}, new byte[] {CborItems.UNDEFINED}));
        assertArrayEquals(new byte[] {1}, cell.value("x").orElseThrow());
        assertEquals(Optional.empty(), cell.value("yy"));
        assertEquals(Optional.empty(), cell.value("z"));
    }

    @Test
    void shouldTellTheTimeOfTheNewestStampRemovalOrTouch() {
        assertEquals(99, OrCell.remove(List.of(EARLY), 99).newestMs());
        assertEquals(99, ValueCell.set(EARLY, VALUES, Life.of(0, 1, 99)).newestMs());
        assertEquals(99, FieldsCell.set(EARLY, Life.of(0, 1, 99), NAMES, VALUES).newestMs());
        assertEquals(
                20,
                CounterCell.share(EARLY, 1, 0)
                        .merge(CounterCell.share(LATE, 1, 0))
                        .newestMs());
    }

    @Test
    void shouldRefuseWhenPartsDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> ValueCell.set(EARLY, VALUES, Life.until(-1)));
        assertThrows(IllegalArgumentException.class, () -> new FieldsCell.Base(EARLY, false, Life.until(5)));
        assertThrows(IllegalArgumentException.class, () -> FieldsCell.of(Optional.empty(), NAMES, VALUES, null));
        assertThrows(
                IllegalArgumentException.class,
                () -> FieldsCell.of(Optional.empty(), NAMES, VALUES, new Stamp[] {EARLY}));
        assertThrows(IllegalArgumentException.class, OrCell::of);
        assertThrows(IllegalArgumentException.class, () -> OrCell.remove(List.of(EARLY, EARLY), 1));
        assertThrows(IllegalArgumentException.class, () -> OrTag.removed(EARLY, -1));
    }
}
