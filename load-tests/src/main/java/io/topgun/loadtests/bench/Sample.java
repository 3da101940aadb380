package io.topgun.loadtests.bench;

import io.topgun.loadtests.ProcessUsage;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The figures of one stretch of time. */
public record Sample(Map<Metric, Double> figures) {

    public Sample {
        figures = figures.isEmpty() ? Map.of() : Map.copyOf(figures);
    }

    public static Sample empty() {
        return new Sample(Map.of());
    }

    /** This and one more figure. */
    public Sample with(Metric metric, double figure) {
        Map<Metric, Double> more = new EnumMap<>(Metric.class);
        more.putAll(figures);
        more.put(metric, figure);
        return new Sample(more);
    }

    /** This and the percentiles of times in nanoseconds. */
    public Sample with(Histogram nanos) {
        return with(Metric.P50, nanos.getValueAtPercentile(50) / 1e6)
                .with(Metric.P90, nanos.getValueAtPercentile(90) / 1e6)
                .with(Metric.P99, nanos.getValueAtPercentile(99) / 1e6)
                .with(Metric.P999, nanos.getValueAtPercentile(99.9) / 1e6);
    }

    /** This and what the serving processes took for so many operations. */
    public Sample with(ProcessUsage before, ProcessUsage after, double ops) {
        return with(Metric.CPU, (after.cpuMicros() - before.cpuMicros()) / Math.max(1, ops))
                .with(Metric.MEMORY, after.residentBytes() / 1e6);
    }
}
