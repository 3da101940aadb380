package io.topgun.loadtests.write;

import io.topgun.crdt.Cell;
import io.topgun.loadtests.Observation;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Op;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** The state that all acknowledged writes make together, to compare the node's with at the end. */
final class Expected {
    private static final int PREFIX = Batches.key(0).length() - 1;

    private final AtomicReferenceArray<Cell> byKey = new AtomicReferenceArray<>(Batches.KEYS);

    void acknowledged(List<Op> ops) {
        for (Op op : ops) {
            byKey.accumulateAndGet(index(op.key()), op.delta(), (now, delta) -> now == null ? delta : now.merge(delta));
        }
    }

    private static int index(String key) {
        return Integer.parseInt(key, PREFIX, key.length(), 10);
    }

    /** Keys that were written. */
    List<String> keys() {
        return IntStream.range(0, Batches.KEYS)
                .filter(index -> byKey.get(index) != null)
                .mapToObj(Batches::key)
                .toList();
    }

    /**
     * Compares.
     *
     * @throws IllegalStateException if a write is lost, there twice or invented, or a digest differs
     */
    void prove(Observation observed) {
        AtomicReferenceArray<Cell> found = new AtomicReferenceArray<>(Batches.KEYS);
        for (Entry entry : observed.entries()) {
            if (found.getAndSet(index(entry.key()), entry.cell()) != null) {
                throw new IllegalStateException("Twice: " + entry.key());
            }
        }
        for (int i = 0; i < Batches.KEYS; i++) {
            Cell wanted = byKey.get(i);
            if (wanted == null ? found.get(i) != null : !wanted.equals(found.get(i))) {
                throw new IllegalStateException(
                        "At " + Batches.key(i) + " is " + found.get(i) + ", expected " + wanted);
            }
        }
        if (!observed.slicesThatDiffer().isEmpty()) {
            throw new IllegalStateException("Digests differ in " + observed.slicesThatDiffer());
        }
    }
}
