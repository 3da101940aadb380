package io.topgun.node.partition;

import io.topgun.crdt.Partitions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The partitions of this node whose journal has been given something that the hub does not have yet; for use by many threads.
 *
 * <p>A hint and no more: what one frame of a client changes lies in many partitions, is synced together and should be told together.
 */
public final class InHand {
    private final AtomicIntegerArray given = new AtomicIntegerArray(Partitions.COUNT);
    private final AtomicInteger count = new AtomicInteger();

    /** The partition's journal has been given something. */
    public void add(int partition) {
        if (given.getAndSet(partition, 1) == 0) {
            count.incrementAndGet();
        }
    }

    /** The hub has it, or nobody ever will. */
    public void remove(int partition) {
        if (given.getAndSet(partition, 0) == 1) {
            count.decrementAndGet();
        }
    }

    /** Whether there is nothing worth waiting for. */
    public boolean isEmpty() {
        return count.get() == 0;
    }
}
