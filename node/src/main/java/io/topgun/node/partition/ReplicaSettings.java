package io.topgun.node.partition;

import com.typesafe.config.Config;
import io.topgun.crdt.Partitions;
import java.time.Duration;

/**
 * Settings of every replica.
 *
 * @param batchOpsMax operations that one event carries at most, about
 * @param inboxOpsMax operations that wait for one replica at most; more are refused as overloaded
 * @param snapshotEveryEvents events between two incremental snapshots, on average over the partitions
 * @param snapshotEveryBytes bytes of events between two incremental snapshots at most, on average over the partitions
 * @param tombstoneRetention age at which tombstones and the like are pruned
 * @param frontierEvery how often a replica looks whether there are such
 * @param replication how replicas keep each other up
 */
public record ReplicaSettings(
        int batchOpsMax,
        int inboxOpsMax,
        int snapshotEveryEvents,
        long snapshotEveryBytes,
        Duration tombstoneRetention,
        Duration frontierEvery,
        ReplicationSettings replication) {
    public ReplicaSettings {
        if (Math.min(Math.min(batchOpsMax, inboxOpsMax), Math.min(snapshotEveryEvents, snapshotEveryBytes)) < 1) {
            throw new IllegalArgumentException(
                    "topgun.replica: batch-ops-max, inbox-ops-max, snapshot-every-events and snapshot-every-bytes are 1 or more");
        }
        if (!tombstoneRetention.isPositive() || !frontierEvery.isPositive()) {
            throw new IllegalArgumentException(
                    "topgun.replica: tombstone-retention and frontier-every are longer than nothing");
        }
    }

    /**
     * Events between two incremental snapshots of a partition; as many stay in the journal behind the last one. From half to one and a half
     * of the setting: partitions that are written to alike would else all be saved at the same time.
     */
    int snapshotEveryEvents(int partition) {
        return Math.toIntExact(spread(snapshotEveryEvents, partition));
    }

    /** Bytes of events behind the last snapshot of a partition, at which the next one is due; spread alike. */
    long snapshotEveryBytes(int partition) {
        return spread(snapshotEveryBytes, partition);
    }

    private static long spread(long every, int partition) {
        return Math.max(1, every / 2 + every * partition / Partitions.COUNT);
    }

    /** The frontier at a time: in steps of a tenth of the retention, so that all replicas of a partition choose the same ones. */
    long frontierMs(long nowMs) {
        long stepMs = Math.max(1, tombstoneRetention.toMillis() / 10);
        return Math.floorDiv(nowMs - tombstoneRetention.toMillis(), stepMs) * stepMs;
    }

    /** The settings in the section {@code topgun.replica}. */
    public static ReplicaSettings of(Config replica) {
        Duration retention = replica.getDuration("tombstone-retention");
        return new ReplicaSettings(
                replica.getInt("batch-ops-max"),
                replica.getInt("inbox-ops-max"),
                replica.getInt("snapshot-every-events"),
                replica.getBytes("snapshot-every-bytes"),
                retention,
                replica.getDuration("frontier-every"),
                ReplicationSettings.of(replica.getConfig("replication"), retention));
    }
}
