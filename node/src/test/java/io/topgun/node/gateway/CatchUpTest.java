package io.topgun.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Partitions;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.hub.Source;
import io.topgun.node.partition.Cursor;
import io.topgun.protocol.Position;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatchUpTest {
    private static final Source SOURCE = new Source(new NodeId("a", 1), 77, 3, 0, 9);

    @Test
    void shouldReadEveryPartitionOnce() {
        CatchUp catchUp = new CatchUp(1, Set.of("m"), Map.of());
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            assertEquals(OptionalInt.of(partition), catchUp.next());
            assertFalse(catchUp.isDone());
            catchUp.done(partition);
        }
        assertEquals(OptionalInt.empty(), catchUp.next());
        assertTrue(catchUp.isDone());
    }

    @Test
    void shouldReadFromTheClientsPositionWhereItIsOfTheSourcesLog() {
        Map<Integer, Position> positions = Map.of(
                0, new Position(77, 2, 5),
                1, new Position(77, 4, 6),
                2, new Position(78, 3, 7));
        CatchUp catchUp = new CatchUp(1, Set.of("m"), positions);
        assertEquals(Cursor.at(5), catchUp.start(0, SOURCE));
        assertEquals(Cursor.NOWHERE, catchUp.start(1, SOURCE), "of a later incarnation");
        assertEquals(Cursor.NOWHERE, catchUp.start(2, SOURCE), "of another store");
        assertEquals(Cursor.START, catchUp.start(3, SOURCE), "of none");
    }

    @Test
    void shouldLeaveAPartitionThatIsComparedToTheComparison() {
        CatchUp catchUp = new CatchUp(1, Set.of("m"), Map.of());
        catchUp.onCompared(0);
        assertEquals(OptionalInt.of(0), catchUp.next(), "the comparison began before this subscription");
        catchUp.compare(1);
        assertEquals(OptionalInt.of(2), catchUp.next());
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            if (partition != 1) {
                catchUp.done(partition);
            }
        }
        assertFalse(catchUp.isDone());
        catchUp.onCompared(1);
        assertTrue(catchUp.isDone());
    }
}
