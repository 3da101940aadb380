package io.topgun.loadtests.merge;

import io.topgun.crdt.Cell;
import io.topgun.crdt.DigestTree;
import io.topgun.crdt.Life;
import io.topgun.crdt.Murmur3;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.loadtests.jmh.CpuTime;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.CellCodec;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One map of a partition as a replica keeps it: each call merges a value cell that wins and brings the digests up to date. The
 * replica's own table is in the node; here a HashMap stands for it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class MergeLine {
    /** Those of a partition of a grid of a million. */
    private static final int KEYS = 4_096;

    private static final int STEPS = 1 << 16;

    @Param({"20", "150"})
    public int valueBytes;

    private final CellCodec codec = new CellCodec();
    private final Map<String, Cell> rows = new HashMap<>();
    private final DigestTree digests = new DigestTree();
    private final String[] keys = new String[STEPS];
    private final byte[][] values = new byte[256][];
    private int step;
    private long time = Stamp.time(1_790_000_000_000L, 0);

    /** Makes the keys in the order in which they are written, and the values. */
    @Setup
    public void setup() {
        SplittableRandom random = new SplittableRandom(271);
        String[] distinct = new String[KEYS];
        for (int i = 0; i < KEYS; i++) {
            distinct[i] = "customer/" + random.nextInt(1_000_000);
        }
        for (int i = 0; i < STEPS; i++) {
            keys[i] = distinct[random.nextInt(KEYS)];
        }
        for (int i = 0; i < values.length; i++) {
            CborWriter out = new CborWriter();
            out.text(Integer.toString(i, 36).concat("x".repeat(valueBytes)).substring(0, valueBytes));
            values[i] = out.toByteArray();
        }
    }

    /** Merges the next write. */
    @Benchmark
    public Cell merge(CpuTime cpu) {
        cpu.calls++;
        String key = keys[step & (STEPS - 1)];
        Cell delta = ValueCell.set(new Stamp(time++, "9f86d081884c7d65"), values[step++ & 255], Life.FOREVER);
        Cell old = rows.get(key);
        Cell merged = old == null ? delta : old.merge(delta);
        int bits = Partitions.bucketBits(Murmur3.hash(key));
        digests.update(bits, old == null ? 0 : codec.hash(key, old), codec.hash(key, merged));
        rows.put(key, merged);
        digests.fit(this::hashes);
        return merged;
    }

    private void hashes(DigestTree.Sink sink) {
        rows.forEach((key, cell) -> sink.accept(Partitions.bucketBits(Murmur3.hash(key)), codec.hash(key, cell)));
    }

    /** The digests are those of the content, and the content is what was written last. */
    @TearDown
    public void prove() {
        long[] root = {0};
        hashes((bits, hash) -> root[0] ^= hash);
        String last = keys[(step - 1) & (STEPS - 1)];
        ValueCell cell = (ValueCell) rows.getOrDefault(last, ValueCell.remove(new Stamp(0, "none")));
        if (root[0] != digests.root() || cell.time() != time - 1) {
            throw new IllegalStateException(
                    "The digests are not those of the content, or the content is not what was written");
        }
    }
}
