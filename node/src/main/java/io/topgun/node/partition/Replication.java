package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.ReplicaState;
import java.util.List;

/** What the replicas of a partition tell each other. */
public sealed interface Replication extends PartitionReplica.Command {

    /** The siblings are others, or in other states, from now on. */
    record SiblingsChanged(ClusterView view) implements Replication {}

    /** Time to look who has to be asked again. */
    record FollowTick() implements Replication {}

    /** Time to look which operations have waited long enough for another replica. */
    record WaitTick() implements Replication {}

    /** A sibling has answered in a comparison. */
    record RootsTold(Roots roots) implements Replication {}

    /** A sibling has answered in a comparison. */
    record CellsTold(ReadReply reply) implements Replication {}

    /** The question and the answer by which logs are shipped: most of what nodes tell each other. */
    sealed interface Exchange extends Replication {}

    /**
     * Asks a sibling for what is behind a position of its log; answered by a {@link Shipment} as soon as there is something. It takes the
     * place of an earlier one of the same node. A complete position is an acknowledgement: all up to there is in the asker's journal.
     *
     * @param isWhole whether all changes are wanted, answered at once even if there are none; else only what clients wrote there, as the
     *     asker has the rest from the others
     */
    record Follow(NodeId who, LogPosition from, boolean isWhole, int bytesMax) implements Exchange {}

    /**
     * What a sibling's log has behind a position.
     *
     * @param from the position that was asked for
     * @param isGood whether the sibling can go on from there; else it is for the asker to compare digests, and the rest is empty
     * @param next the position behind what is here
     * @param more whether there is more already
     * @param blocks the cells, in the protocol's block encoding
     * @param frontierMs the sibling's
     * @param state the sibling's
     */
    record Shipment(
            NodeId who,
            LogPosition from,
            boolean isGood,
            LogPosition next,
            boolean more,
            List<byte[]> blocks,
            long frontierMs,
            ReplicaState state)
            implements Exchange {
        public Shipment {
            blocks = List.copyOf(blocks);
        }

        long bytes() {
            long bytes = 0;
            for (byte[] block : blocks) {
                bytes += block.length;
            }
            return bytes;
        }
    }
}
