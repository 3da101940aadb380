package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Partitions;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicaSettingsTest {
    private static final ReplicationSettings REPLICATION = new ReplicationSettings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(8),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            1,
            1,
            Duration.ofDays(30));

    private static final long DAY = Duration.ofDays(1).toMillis();

    private static ReplicaSettings retaining(Duration retention) {
        return new ReplicaSettings(1, 1, 1, 1, retention, Duration.ofHours(1), REPLICATION);
    }

    /** Replicas look at other moments and must come to the same frontiers. */
    @Test
    void shouldHaveAFrontierInStepsOfATenthOfTheRetention() {
        ReplicaSettings settings = retaining(Duration.ofDays(30));
        assertEquals(300 * DAY, settings.frontierMs(330 * DAY));
        assertEquals(300 * DAY, settings.frontierMs(333 * DAY - 1));
        assertEquals(303 * DAY, settings.frontierMs(333 * DAY));
    }

    @Test
    void shouldHaveNoFrontierWhereNothingWasWritten() {
        assertTrue(retaining(Duration.ofDays(30)).frontierMs(0) < 0);
        assertEquals(94, retaining(Duration.ofMillis(5)).frontierMs(99), "steps of 1 ms at least");
    }

    @Test
    void shouldSaveThePartitionsAtTimesOfTheirOwn() {
        ReplicaSettings settings =
                new ReplicaSettings(1, 1, 500, 1 << 20, Duration.ofDays(30), Duration.ofHours(1), REPLICATION);
        int[] every = IntStream.range(0, Partitions.COUNT)
                .map(settings::snapshotEveryEvents)
                .toArray();
        assertEquals(Partitions.COUNT, IntStream.of(every).distinct().count());
        assertEquals(500, IntStream.of(every).average().orElseThrow(), 2);
        assertEquals(250, IntStream.of(every).min().orElseThrow());
        assertTrue(IntStream.of(every).max().orElseThrow() < 750);
        assertEquals(1, retaining(Duration.ofDays(30)).snapshotEveryEvents(0), "always after some event");
    }

    /** What many ask at the same moment goes in one parcel. */
    @Test
    void shouldHaveTheReplicasLookInFewGroups() {
        long nowMs = -5_000_123; // a steady clock may be below zero
        Set<Long> turns = new TreeSet<>();
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            long firstMs = nowMs + REPLICATION.untilLook(partition, nowMs).toMillis();
            turns.add(firstMs);
            assertTrue(firstMs > nowMs && firstMs <= nowMs + 2_000, "within two fifths of what may wait");
            assertEquals(
                    firstMs + 2_000,
                    firstMs + 7 + REPLICATION.untilLook(partition, firstMs + 7).toMillis(),
                    "late or not, the next turn is where it would have been");
        }
        assertEquals(4, turns.size());
    }

    @Test
    void shouldRefuseWhatIsNoLengthOfTime() {
        assertThrows(IllegalArgumentException.class, () -> retaining(Duration.ZERO));
    }
}
