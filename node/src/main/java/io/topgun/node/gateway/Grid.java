package io.topgun.node.gateway;

import io.topgun.node.hub.Source;
import io.topgun.node.hub.Subscriber;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.SharedChunk;
import java.util.Optional;
import java.util.Set;

/** What a session needs of the cluster: the way to the partitions and the hub. */
interface Grid {
    /** Why this node takes no operations, in words; empty if it takes them. */
    Optional<String> fault();

    /** Hands operations to a replica of the partition, here or elsewhere; refused through their submission if none takes them. */
    void submit(int partition, Apply apply);

    /** Asks the replica that a partition is read from. Question or answer may be lost. */
    void ask(Source source, int partition, PartitionReplica.Command question);

    /**
     * Whether the log of the replica that a partition is read from ends with this change; false where that is not known here. True to who
     * is told of all changes since {@link #interest} was answered means that he misses none.
     */
    boolean endsWith(Source source, int partition, long seq);

    /**
     * What that replica would answer to who reads these maps from there, if it has just told somebody; empty where that is not known
     * here. For the same readers as {@link #endsWith}.
     */
    Optional<SharedChunk> recent(Source source, int partition, Set<String> maps, Cursor from);

    void interest(Subscriber subscriber, long subId, Set<String> maps);

    void noInterest(Subscriber subscriber, Set<String> maps);
}
