package io.topgun.node.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.Op;
import io.topgun.protocol.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {
    private final Window window = new Window(10, 1_000);

    @Test
    void shouldBeFullByCountOrBytes() {
        add(0, 10, 1);
        assertFalse(window.hasRoom());
        assertEquals(1, window.settle(new Run(4, 1)));
        assertTrue(window.hasRoom());
        window.add(op(10), 5_000);
        window.settle(new Run(0, 4));
        assertFalse(window.hasRoom());
        window.settle(new Run(10, 1));
        assertTrue(window.hasRoom());
    }

    @Test
    void shouldHandOutEachOnceInOrderAndBounded() {
        add(0, 5, 100);
        assertEquals(List.of(0L, 1L), ids(window.take(2, 1_000)));
        assertEquals(List.of(2L, 3L), ids(window.take(9, 250)));
        assertEquals(List.of(4L), ids(window.take(9, 1)));
        assertFalse(window.hasUnsent());
    }

    @Test
    void shouldHandOutAgainWhatIsUnsentAndNotSettled() {
        add(0, 6, 1);
        window.take(6, 100);
        window.settle(new Run(0, 2));
        window.unsend(new Run(1, 3));
        assertEquals(List.of(2L, 3L), ids(window.take(9, 100)));
        window.unsendAll();
        assertEquals(List.of(2L, 3L, 4L, 5L), ids(window.take(9, 100)));
    }

    @Test
    void shouldTellTheFirstRowThatIsOpen() {
        assertEquals(7, window.firstOpen(7));
        add(0, 4, 1);
        window.settle(new Run(1, 2));
        assertEquals(0, window.firstOpen(4));
        window.settle(new Run(0, 1));
        assertEquals(3, window.firstOpen(4));
        assertEquals(0, window.settle(new Run(0, 3)));
    }

    private void add(int from, int to, int bytes) {
        for (int i = from; i < to; i++) {
            window.add(op(i), bytes);
        }
    }

    private static Op op(long id) {
        return new Op(id, "m", "k" + id, ValueCell.remove(Stamp.of(1, 0, "w")));
    }

    private static List<Long> ids(List<Op> ops) {
        return ops.stream().map(Op::id).toList();
    }
}
