package io.topgun.node.hub;

import io.topgun.node.cluster.NodeId;

/**
 * The replica that a partition is read from on this node, for a time.
 *
 * @param ref what this node's clients know its store by; 0 for this node's own
 * @param epoch never used twice on a node: what came from a source of another epoch may lack a change of this one
 */
public record Source(NodeId node, long storeId, long incarnation, int ref, long epoch) {
    /** Whether it is this one, not only of the same replica. */
    public boolean is(Source that) {
        return epoch == that.epoch;
    }
}
