package io.topgun.node.partition;

import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.Directory;
import io.topgun.protocol.Level;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a replica needs of its node.
 *
 * @param sip what keys are hashed with, the same in the whole process
 * @param replicas where it can be found while it lives
 * @param storeFault why the store takes no writes, if it takes none
 * @param directory of the cluster's nodes
 * @param peers the way to the siblings
 * @param journaled the level of what the journal has confirmed
 * @param inHand told when the journal is given something
 * @param publish told of every change once it is synced
 */
public record ReplicaPorts(
        NodeClock clock,
        SipHash sip,
        LocalReplicas replicas,
        Supplier<Optional<String>> storeFault,
        Directory directory,
        Peers peers,
        Level journaled,
        InHand inHand,
        Consumer<Change> publish) {
    Optional<String> fault() {
        return storeFault.get().or(clock::fault);
    }
}
