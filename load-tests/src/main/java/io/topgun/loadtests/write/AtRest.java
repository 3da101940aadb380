package io.topgun.loadtests.write;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import java.io.IOException;
import java.time.Duration;

/** A store under load, with what its processes use in front of each turn, when nobody asks anything of them. */
final class AtRest implements Contender<WriteLoad> {
    private final Store store;
    private final StoreContender loaded;

    AtRest(Store store) {
        this.store = store;
        this.loaded = new StoreContender(store);
    }

    @Override
    public Sample run(WriteLoad load, Duration time) throws IOException, InterruptedException {
        double microsPerSecond = microsPerSecondAtRest(time);
        Sample sample = loaded.run(load, time);
        double opsPerSecond = sample.figures().getOrDefault(Metric.RATE, 1.0);
        return sample.with(Metric.CPU_AT_REST, microsPerSecond / 1e4)
                .with(Metric.CPU_OF_REST, microsPerSecond / opsPerSecond);
    }

    private double microsPerSecondAtRest(Duration time) throws IOException, InterruptedException {
        ProcessUsage before = store.usage();
        long start = System.nanoTime();
        Thread.sleep(time.toMillis());
        double seconds = (System.nanoTime() - start) / 1e9;
        return (store.usage().cpuMicros() - before.cpuMicros()) / seconds;
    }

    @Override
    public String prove() throws IOException, InterruptedException {
        return loaded.prove();
    }

    @Override
    public void close() throws IOException {
        loaded.close();
    }
}
