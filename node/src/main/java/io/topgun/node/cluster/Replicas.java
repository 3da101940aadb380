package io.topgun.node.cluster;

import io.topgun.crdt.Partitions;

/**
 * The state of every partition on one node.
 *
 * @param letters one {@link ReplicaState#letter} a partition
 */
public record Replicas(String letters) {
    /** Of a node that has nothing. */
    public static final Replicas NONE =
            new Replicas(String.valueOf(ReplicaState.ABSENT.letter()).repeat(Partitions.COUNT));

    public Replicas {
        if (letters.length() != Partitions.COUNT) {
            throw new IllegalArgumentException("Replicas of " + letters.length() + " partitions");
        }
    }

    public ReplicaState of(int partition) {
        return ReplicaState.of(letters.charAt(partition));
    }

    /** The same with another state of one partition. */
    public Replicas with(int partition, ReplicaState state) {
        StringBuilder changed = new StringBuilder(letters);
        changed.setCharAt(partition, state.letter());
        return new Replicas(changed.toString());
    }
}
