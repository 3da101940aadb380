package io.topgun.node.cluster;

import io.topgun.crdt.Partitions;

/**
 * What a node tells the others of itself.
 *
 * @param info all of it but whether it can be reached, which is for the others to say
 * @param slots the number of the replica slot of every partition that it runs, a dash where it runs none
 */
record Told(NodeInfo info, String slots) implements ClusterMessage {
    /** Of a partition of which no slot runs. */
    static final int NO_SLOT = -1;

    private static final char NONE = '-';

    Told {
        if (slots.length() != Partitions.COUNT) {
            throw new IllegalArgumentException("Slots of " + slots.length() + " partitions");
        }
    }

    static Told of(NodeInfo info) {
        return new Told(info, String.valueOf(NONE).repeat(Partitions.COUNT));
    }

    Told with(int partition, ReplicaState state) {
        return new Told(info.with(info.replicas().with(partition, state)), slots);
    }

    Told with(int partition, int slot) {
        StringBuilder changed = new StringBuilder(slots);
        changed.setCharAt(partition, slot == NO_SLOT ? NONE : Character.forDigit(slot, Character.MAX_RADIX));
        return new Told(info, changed.toString());
    }

    Told with(String url) {
        return new Told(info.with(url), slots);
    }

    Told leaving() {
        return new Told(info.leaving(), slots);
    }

    /** The slot of the partition that it runs, -1 if it runs none. */
    int slot(int partition) {
        return Character.digit(slots.charAt(partition), Character.MAX_RADIX);
    }
}
