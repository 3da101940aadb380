package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterMessage;
import io.topgun.node.cluster.NodeId;

/** A command on its way to the replica of a partition on another node; a node that was started anew is not meant. */
record Post(NodeId to, int partition, PartitionReplica.Command command) implements ClusterMessage {}
