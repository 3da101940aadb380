package io.topgun.loadtests.digest;

import io.topgun.crdt.Life;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The entries of a map, each known by its number: values of {@value #VALUE_BYTES} bytes. */
final class Rows {
    static final String MAP = "bench-digests";
    private static final int VALUE_BYTES = 150;
    private static final String WRITER = "filler";

    private final int count;
    private final long startMs = System.currentTimeMillis() - 60_000;

    Rows(int count) {
        this.count = count;
    }

    int count() {
        return count;
    }

    static String key(long index) {
        return "entry/" + index;
    }

    /** What the node has. */
    ValueCell cell(long index) {
        return ValueCell.set(stamp(startMs, index), value(index), Life.FOREVER);
    }

    /** What it had before. */
    ValueCell olderCell(long index) {
        return ValueCell.set(stamp(startMs - 1_000_000, index), value(~index), Life.FOREVER);
    }

    Op op(long index) {
        return new Op(index, MAP, key(index), cell(index));
    }

    private static Stamp stamp(long fromMs, long index) {
        return Stamp.of(fromMs + (index >> 16), (int) (index & 0xffff), WRITER);
    }

    private static byte[] value(long seed) {
        byte[] value = new byte[VALUE_BYTES];
        new SplittableRandom(seed).nextBytes(value);
        return new CborWriter().bytes(value).toByteArray();
    }

    /** Nothing in any partition. */
    static List<Slice> nothing() {
        List<Slice> slices = new ArrayList<>();
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            slices.add(new Slice());
        }
        return slices;
    }

    /** All of them, as a client has them. */
    List<Slice> copy() {
        List<Slice> slices = nothing();
        for (long index = 0; index < count; index++) {
            slices.get(Partitions.of(key(index))).put(key(index), cell(index));
        }
        return slices;
    }

    /** Throws unless a copy is all of them and nothing else. */
    void prove(List<Slice> copy) {
        for (long index = 0; index < count; index++) {
            if (!copy.get(Partitions.of(key(index))).has(key(index), cell(index))) {
                throw new IllegalStateException("Not as the node has it: " + key(index));
            }
        }
        proveSize(copy);
    }

    void proveSize(List<Slice> copy) {
        int size = copy.stream().mapToInt(Slice::size).sum();
        if (size != count) {
            throw new IllegalStateException(size + " entries instead of " + count);
        }
    }
}
