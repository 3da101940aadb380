package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
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
        return new ReplicaSettings(1, 1, 1, retention, Duration.ofHours(1), REPLICATION);
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
    void shouldRefuseWhatIsNoLengthOfTime() {
        assertThrows(IllegalArgumentException.class, () -> retaining(Duration.ZERO));
    }
}
