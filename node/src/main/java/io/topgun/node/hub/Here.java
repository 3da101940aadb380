package io.topgun.node.hub;

import io.topgun.node.partition.LocalReplicas;
import java.util.Optional;
import java.util.function.IntConsumer;

/** This node's own replicas as far as they can be read. */
public interface Here {
    /** What tells one run of a partition's replica from the next; empty while none can be read. */
    Optional<?> of(int partition);

    /** Has a listener told where {@link #of} changes, on any thread; it must not block. */
    void watch(IntConsumer listener);

    /** Those of a process. */
    static Here of(LocalReplicas replicas) {
        return new Here() {
            @Override
            public Optional<?> of(int partition) {
                return replicas.readable(partition);
            }

            @Override
            public void watch(IntConsumer listener) {
                replicas.listen(listener);
            }
        };
    }
}
