package io.topgun.loadtests.digest;

import io.topgun.crdt.Partitions;
import io.topgun.loadtests.Rows;
import java.util.List;
import java.util.stream.IntStream;

/** What a client holds of a map. */
record Copy(List<Slice> slices) {

    /** Nothing in any partition. */
    static Copy ofNothing() {
        return new Copy(IntStream.range(0, Partitions.COUNT)
                .mapToObj(partition -> new Slice())
                .toList());
    }

    /** All entries, each as its first write left it. */
    static Copy of(Rows rows) {
        Copy copy = ofNothing();
        for (long index = 0; index < rows.count(); index++) {
            String key = Rows.key(index);
            copy.sliceOf(key).put(key, rows.cell(index));
        }
        return copy;
    }

    Slice slice(int partition) {
        return slices.get(partition);
    }

    Slice sliceOf(String key) {
        return slice(Partitions.of(key));
    }

    /** Throws unless it has so many entries. */
    void proveSize(int count) {
        int size = slices.stream().mapToInt(Slice::size).sum();
        if (size != count) {
            throw new IllegalStateException(size + " entries instead of " + count);
        }
    }

    /** Throws unless it is all entries and nothing else. */
    void prove(Rows rows) {
        for (long index = 0; index < rows.count(); index++) {
            String key = Rows.key(index);
            if (!sliceOf(key).has(key, rows.cell(index))) {
                throw new IllegalStateException("Not as the node has it: " + key);
            }
        }
        proveSize(rows.count());
    }
}
