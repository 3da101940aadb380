package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cells keep of writers that have gone silent, once the frontier has passed. */
class MetadataTest {
    @Test
    void aCounterKeepsNothingOfItsWriters() {
        for (int clients : new int[] {100, 100_000}) {
            List<Cell> counter = Metadata.counter(clients);
            assertBelow(32L * clients + 100, Metadata.size(counter, 0));
            List<Cell> pruned = Metadata.pruned(counter);
            assertEquals(clients, ((CounterCell) pruned.get(0)).value());
            assertBelow(48, Metadata.size(pruned, 0));
        }
    }

    @Test
    void aSetKeepsNothingOfWhatWasRemoved() {
        assertBelow(20 * 50_000 * 24L, Metadata.size(Metadata.set(20, 50_000, 0), 0));
        assertEquals(List.of(), Metadata.pruned(Metadata.set(20, 50_000, 0)));
    }

    @Test
    void aSetKeepsOfManyAddsOnlyThoseThatAreThere() {
        List<Cell> pruned = Metadata.pruned(Metadata.set(20, 50_000, 50));
        assertEquals(Metadata.size(Metadata.pruned(Metadata.set(20, 50, 50)), 0).cells(), pruned.size());
        assertBelow(20 * 50 * 30L, Metadata.size(pruned, 0));
    }

    @Test
    void anObjectKeepsOneWriterPerFieldThatIsThereHoweverManyWroteIt() {
        long fewWriters = Metadata.size(Metadata.object(1_000, 1_000, true), 0).greatestCell();
        long manyWriters =
                Metadata.size(Metadata.object(10_000, 1_000, true), 0).greatestCell();
        assertTrue(manyWriters <= fewWriters, manyWriters + " bytes, not " + fewWriters);
        Metadata.Size pruned = Metadata.size(Metadata.pruned(Metadata.object(10_000, 1_000, true)), 0);
        assertBelow(500 * 56L, pruned);
    }

    private static void assertBelow(long bytes, Metadata.Size size) {
        assertTrue(size.partition() <= bytes, () -> size + " is more than " + bytes + " bytes in a block");
    }
}
