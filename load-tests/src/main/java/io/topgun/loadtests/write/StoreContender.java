package io.topgun.loadtests.write;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts a store under load. */
final class StoreContender implements Contender<WriteLoad> {
    private final Store store;
    private final Map<Integer, Double> framesPerSecond = new HashMap<>();

    StoreContender(Store store) {
        this.store = store;
    }

    @Override
    public Sample run(WriteLoad load, Duration time) throws IOException, InterruptedException {
        ProcessUsage before = store.usage();
        ProcessUsage generatorBefore = ProcessUsage.of(ProcessHandle.current().pid());
        long bytesBefore = store.wireBytes();
        Loop loop = load.pace() == WriteLoad.Pace.CLOSED
                ? new ClosedLoop(load.opsPerFrame(), time)
                : new OpenLoop(load.opsPerFrame(), time, quarterOf(load.opsPerFrame()));
        List<Store.Connection> all = store.connections();
        Loop.Outcome outcome = loop.run(all.subList(0, Math.min(load.connections(), all.size())));
        ProcessUsage after = store.usage();
        ProcessUsage generatorAfter = ProcessUsage.of(ProcessHandle.current().pid());
        double ops = Math.max(1.0, (double) outcome.frames() * load.opsPerFrame());
        if (load.pace() == WriteLoad.Pace.CLOSED) {
            framesPerSecond.put(load.opsPerFrame(), outcome.frames() / outcome.seconds());
        }
        Sample sample = Sample.empty()
                .with(Metric.RATE, ops / outcome.seconds())
                .with(outcome.nanos())
                .with(before, after, ops)
                .with(Metric.GENERATOR, (generatorAfter.cpuMicros() - generatorBefore.cpuMicros()) / ops)
                .with(Metric.LAG, outcome.lagNanos() / 1e6);
        long bytes = store.wireBytes() - bytesBefore;
        return bytes == 0 ? sample : sample.with(Metric.BYTES, bytes / ops);
    }

    private double quarterOf(int opsPerFrame) {
        Double reached = framesPerSecond.get(opsPerFrame);
        if (reached == null) {
            throw new IllegalStateException("No closed loop of " + opsPerFrame + " per frame came first");
        }
        return reached / 4;
    }

    @Override
    public String prove() throws IOException, InterruptedException {
        return store.prove();
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
