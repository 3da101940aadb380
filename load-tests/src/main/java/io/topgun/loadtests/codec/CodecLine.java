package io.topgun.loadtests.codec;

import io.topgun.loadtests.jmh.CpuTime;
import java.util.List;
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

/** What JMH runs: one codec on one batch, there and back; what came back is compared at the end. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class CodecLine {
    @Param({
        BatchCodec.OURS,
        BatchCodec.HAND_PACKED,
        BatchCodec.HAND_PACKED_CHECKED,
        BatchCodec.JACKSON_CBOR,
        BatchCodec.MESSAGE_PACK,
        BatchCodec.JSON
    })
    public String codec = "";

    @Param({"1", "100"})
    public int ops;

    private List<Row> rows = List.of();
    private BatchCodec subject = BatchCodec.of(BatchCodec.JSON, rows);
    private byte[] bytes = {};

    /** Makes the batch. */
    @Setup
    public void setup() {
        rows = Row.sample(ops);
        subject = BatchCodec.of(codec, rows);
        bytes = subject.write();
    }

    /** Objects to bytes. */
    @Benchmark
    public byte[] write(CpuTime cpu) {
        cpu.calls++;
        return subject.write();
    }

    /** Bytes to objects. */
    @Benchmark
    public Object read(CpuTime cpu) {
        cpu.calls++;
        return subject.read(bytes);
    }

    /** A figure for a codec that does not give back what it was given would be void. */
    @TearDown
    public void prove() {
        if (!subject.rows(subject.read(subject.write())).equals(rows)) {
            throw new IllegalStateException(codec + " gives back something else");
        }
    }
}
