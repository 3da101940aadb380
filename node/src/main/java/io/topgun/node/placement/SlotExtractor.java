package io.topgun.node.placement;

import io.topgun.node.partition.PartitionReplica;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;

/**
 * Replica slots as entities: slot {@code p#r} is replica r of partition p, and a shard of its own so that the placement of each is
 * decided on its own.
 */
final class SlotExtractor
        extends ShardingMessageExtractor<ShardingEnvelope<PartitionReplica.Command>, PartitionReplica.Command> {
    @Override
    public String entityId(ShardingEnvelope<PartitionReplica.Command> envelope) {
        return envelope.entityId();
    }

    @Override
    public String shardId(String entityId) {
        return entityId;
    }

    @Override
    public PartitionReplica.Command unwrapMessage(ShardingEnvelope<PartitionReplica.Command> envelope) {
        return envelope.message();
    }
}
