package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.protocol.Entry;
import java.util.List;

/** What the replicas of a partition tell each other. */
public sealed interface Replication extends PartitionReplica.Command {

    /** The cluster looks different from now on. */
    record SiblingsChanged(ClusterView view) implements Replication {}

    /**
     * Where in a store's log of a partition somebody is: everything up to there is his.
     *
     * @param storeId of the store whose log it is; 0 for who has nothing of it
     * @param incarnation of that store when the position was taken
     */
    record LogPosition(long storeId, long incarnation, Cursor cursor) {
        public static final LogPosition START = new LogPosition(0, 0, Cursor.START);
    }

    /**
     * Asks a sibling for what is behind a position of its log; answered by a {@link Shipment} as soon as there is something. It takes the
     * place of an earlier one of the same node.
     *
     * @param isComplete whether all that the sibling's log had up to there is in the asker's journal: its acknowledgement
     */
    record Follow(NodeId who, LogPosition from, boolean isComplete, int bytesMax) implements Replication {}

    /**
     * What a sibling's log has behind a position.
     *
     * @param from the position that was asked for
     * @param isGood whether the sibling can go on from there; else it is the asker who has to compare digests, and the rest is empty
     * @param next the position behind what is here
     * @param more whether there is more already
     * @param frontierMs the sibling's
     * @param state the sibling's
     */
    record Shipment(
            NodeId who,
            LogPosition from,
            boolean isGood,
            LogPosition next,
            boolean more,
            List<Entry> entries,
            long frontierMs,
            ReplicaState state)
            implements Replication {}
}
