package io.topgun.node.partition;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Settings of how the replicas of a partition keep each other up.
 *
 * @param replicateTimeout how long an operation waits for another replica before it is answered with the level it has
 * @param handOverTimeout how long a replica that stops waits until another one has everything
 * @param askAgain after which time a question to a sibling that has no answer is asked again
 * @param compareEvery how often a replica compares digests with its siblings, about
 * @param shipmentBytes size of what a sibling is sent at a time, about
 * @param tailBytesMax size of the changes that are kept in memory for siblings that are behind
 * @param retention how long what was removed is remembered
 */
public record ReplicationSettings(
        Duration replicateTimeout,
        Duration handOverTimeout,
        Duration askAgain,
        Duration compareEvery,
        int shipmentBytes,
        int tailBytesMax,
        Duration retention) {
    private static final int LOOKING_GROUPS = 4;

    public ReplicationSettings {
        boolean allPositive = replicateTimeout.isPositive()
                && handOverTimeout.isPositive()
                && askAgain.isPositive()
                && compareEvery.isPositive()
                && Math.min(shipmentBytes, tailBytesMax) > 0;
        if (!allPositive) {
            throw new IllegalArgumentException("topgun.replica.replication: times and sizes are more than nothing");
        }
    }

    /**
     * How long until a replica looks again whether an answer is missing, or a comparison due. The replicas of a node do so in a few
     * groups: what many ask at the same moment goes in one parcel and wakes each node once.
     *
     * @param nowMs of the clock that all replicas of the node have
     */
    Duration untilLook(int partition, long nowMs) {
        long everyMs = Math.max(LOOKING_GROUPS, askAgain.toMillis() * 2 / 5);
        long phaseMs = everyMs * (partition % LOOKING_GROUPS) / LOOKING_GROUPS;
        return Duration.ofMillis(everyMs - Math.floorMod(nowMs - phaseMs, everyMs));
    }

    /** The settings in the section {@code topgun.replica.replication}, of replicas with this retention. */
    static ReplicationSettings of(Config replication, Duration retention) {
        return new ReplicationSettings(
                replication.getDuration("replicate-timeout"),
                replication.getDuration("hand-over-timeout"),
                replication.getDuration("ask-again"),
                replication.getDuration("compare-every"),
                Math.toIntExact(replication.getBytes("shipment-bytes")),
                Math.toIntExact(replication.getBytes("tail-bytes-max")),
                retention);
    }
}
