package io.topgun.loadtests.write;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Clock and counters of connections that each send the next batch when the last one is answered. */
final class ClosedLoop {
    private final Histogram nanos = new ConcurrentHistogram(3);
    private final LongAdder ops = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final CountDownLatch open;
    private final long startNanos = System.nanoTime();
    private final long endNanos;

    ClosedLoop(int connections, long timeNanos) {
        open = new CountDownLatch(connections);
        endNanos = startNanos + timeNanos;
    }

    boolean isOver() {
        return System.nanoTime() >= endNanos;
    }

    void answered(int count, long batchBytes, long sentNanos) {
        nanos.recordValue(System.nanoTime() - sentNanos);
        ops.add(count);
        bytes.add(batchBytes);
    }

    /** A connection is done. */
    void leave() {
        open.countDown();
    }

    void await() throws InterruptedException {
        open.await();
    }

    Sample sample(String line, int opsPerFrame, long cpuMicros, long residentBytes) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double count = Math.max(1, ops.sum());
        return new Sample(
                line,
                opsPerFrame,
                count / seconds,
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3,
                cpuMicros / count,
                residentBytes,
                bytes.sum() / count);
    }
}
