package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterMessage;
import io.topgun.node.cluster.NodeId;

/** A {@link Post} of what is sent most, which therefore has a {@linkplain ExchangeSerializer binary form} of its own. */
record ExchangePost(NodeId to, int partition, Replication.Exchange exchange) implements ClusterMessage {}
