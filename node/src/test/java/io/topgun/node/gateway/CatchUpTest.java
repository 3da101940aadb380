package io.topgun.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Partitions;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.ReadReply;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatchUpTest {
    private static ReadReply.Chunk chunk(int partition, long seq, boolean more) {
        return new ReadReply.Chunk(1, partition, new Cursor(seq, 7), more, List.of(), 0);
    }

    private static ReadReply.Digests digests(int partition, String map) {
        return new ReadReply.Digests(1, partition, map, 9, 0, 8, new long[1], 0, true);
    }

    @Test
    void shouldReadEveryPartitionOnceFromTheClientsPosition() {
        CatchUp catchUp = new CatchUp(1, Set.of("m"), Map.of(0, 5L, 270, -1L));
        assertEquals(Optional.of(new CatchUp.From(0, Cursor.at(5))), catchUp.next());
        for (int partition = 1; partition < Partitions.COUNT - 1; partition++) {
            assertEquals(Optional.of(new CatchUp.From(partition, Cursor.START)), catchUp.next());
        }
        assertEquals(Optional.of(new CatchUp.From(270, Cursor.at(-1))), catchUp.next());
        assertEquals(Optional.empty(), catchUp.next());
    }

    @Test
    void shouldGoOnBehindAChunkThatHasMore() {
        CatchUp catchUp = new CatchUp(1, Set.of("m"), Map.of());
        assertEquals(Optional.of(new CatchUp.From(3, new Cursor(40, 7))), catchUp.onReply(chunk(3, 40, true)));
        assertEquals(Optional.empty(), catchUp.onReply(chunk(3, 60, false)));
    }

    @Test
    void shouldBeDoneWhenEveryPartitionHasAnsweredWhole() {
        CatchUp catchUp = new CatchUp(1, Set.of("m", "n"), Map.of());
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            assertFalse(catchUp.isDone());
            if (partition % 2 == 0) {
                catchUp.onReply(chunk(partition, 1, false));
            } else {
                catchUp.onReply(digests(partition, "m"));
                assertFalse(catchUp.isDone(), "one map's digests are not the partition's");
                catchUp.onReply(digests(partition, "n"));
            }
        }
        assertTrue(catchUp.isDone());
    }

    @Test
    void shouldRefuseBuckets() {
        CatchUp catchUp = new CatchUp(1, Set.of("m"), Map.of());
        ReadReply buckets = new ReadReply.Buckets(1, 0, "m", 1, List.of(0), List.of());
        assertThrows(IllegalStateException.class, () -> catchUp.onReply(buckets));
    }
}
