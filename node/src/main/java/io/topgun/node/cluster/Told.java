package io.topgun.node.cluster;

import io.topgun.crdt.Partitions;

/**
 * What a node tells the others of itself.
 *
 * @param info all of it but whether it can be reached, which is for the others to say
 * @param slots the number of the replica slot of every partition that it runs, a dash where it runs none
 */
record Told(NodeInfo info, String slots) implements ClusterMessage {
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
        Told changed = new Told(info.with(info.replicas().with(partition, state)), slots);
        return state.isRunning() ? changed : changed.withSlot(partition, NONE);
    }

    Told with(int partition, int replica) {
        return withSlot(partition, Character.forDigit(replica, Character.MAX_RADIX));
    }

    private Told withSlot(int partition, char number) {
        StringBuilder changed = new StringBuilder(slots);
        changed.setCharAt(partition, number);
        return new Told(info, changed.toString());
    }

    Told leaving() {
        return new Told(info.leaving(), slots);
    }

    /** The slot of the partition that it runs, -1 if it runs none. */
    int slot(int partition) {
        return Character.digit(slots.charAt(partition), Character.MAX_RADIX);
    }
}
