package io.topgun.node.placement;

import io.topgun.crdt.Partitions;

/** The place of one replica of a partition; as entity and shard it is named {@code p#r}, so that each is placed on its own. */
public record Slot(int partition, int replica) {
    private static final char SEPARATOR = '#';

    public Slot {
        if (partition < 0 || partition >= Partitions.COUNT || replica < 0) {
            throw new IllegalArgumentException("No slot " + partition + SEPARATOR + replica);
        }
    }

    /** The slot with this id. */
    public static Slot of(String id) {
        int separator = id.indexOf(SEPARATOR);
        if (separator < 0) {
            throw new IllegalArgumentException("Not a slot: " + id);
        }
        return new Slot(Integer.parseInt(id.substring(0, separator)), Integer.parseInt(id.substring(separator + 1)));
    }

    public String id() {
        return partition + String.valueOf(SEPARATOR) + replica;
    }
}
