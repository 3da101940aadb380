package io.topgun.node.imports;

import io.topgun.crdt.Murmur3;

/**
 * Set of the keys of one run, by their 64-bit hash, so that a second row of the same key is found. It
 * is bounded: once it is full, keys that are not in it count as new.
 */
final class SeenKeys {
    private final int max;
    private long[] slots = new long[1 << 12];
    private int size;

    SeenKeys(int max) {
        this.max = max;
    }

    /** Whether the key is not in the set; it is afterwards, if there is room. */
    boolean add(String key) {
        long hash = Math.max(1, Murmur3.hash(key) & Long.MAX_VALUE); // 0 marks a free slot
        int slot = slot(slots, hash);
        if (slots[slot] == hash) {
            return false;
        }
        if (size < max) {
            slots[slot] = hash;
            size++;
            growIfCrowded();
        }
        return true;
    }

    boolean isFull() {
        return size == max;
    }

    private void growIfCrowded() {
        if (size > slots.length / 4 * 3) {
            long[] wider = new long[slots.length * 2];
            for (long hash : slots) {
                if (hash != 0) {
                    wider[slot(wider, hash)] = hash;
                }
            }
            slots = wider;
        }
    }

    /** Where the hash is, or where it would go. */
    private static int slot(long[] slots, long hash) {
        int slot = (int) hash & (slots.length - 1);
        while (slots[slot] != 0 && slots[slot] != hash) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }
}
