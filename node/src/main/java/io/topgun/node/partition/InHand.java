package io.topgun.node.partition;

import io.topgun.crdt.Partitions;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many events this node's journals have been given that the hub does not have yet; for use by many threads.
 *
 * <p>A hint and no more: what one frame of a client changes lies in many partitions, is synced together and should be told together.
 */
public final class InHand {
    private final AtomicIntegerArray byPartition = new AtomicIntegerArray(Partitions.COUNT);
    private final AtomicInteger all = new AtomicInteger();

    /** The partition's journal has been given some events. */
    public void add(int partition, int events) {
        all.addAndGet(events);
        byPartition.addAndGet(partition, events);
    }

    /** The hub has one more of the partition's. */
    public void remove(int partition) {
        if (byPartition.getAndUpdate(partition, events -> Math.max(0, events - 1)) > 0) {
            all.decrementAndGet();
        }
    }

    /** The hub need not wait for any of the partition's. */
    public void clear(int partition) {
        all.addAndGet(-byPartition.getAndSet(partition, 0));
    }

    /** Whether there is nothing to wait for. */
    public boolean isEmpty() {
        return all.get() == 0;
    }
}
