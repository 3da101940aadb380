package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterMessage;
import io.topgun.node.cluster.NodeId;
import org.apache.pekko.actor.typed.ActorRef;

/** The way to the replicas of other nodes. A message may be lost: whoever needs an answer asks again. */
@FunctionalInterface
public interface Peers {
    /** Of a node that is alone. */
    Peers NONE = (to, partition, command) -> {};

    /** Sends a command to the replica of a partition on a node, on any thread; it does not block. */
    void tell(NodeId to, int partition, PartitionReplica.Command command);

    /** Answers who asked, on this node or another, with a message of any size; it does not block. */
    default <M extends ClusterMessage> void reply(ActorRef<M> to, M message) {
        to.tell(message);
    }
}
