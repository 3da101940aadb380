package io.topgun.loadtests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/** Pages, one after the other, each in a Chromium of its own, that write and are told. */
final class LocalContender implements Contender<String> {
    private final String who;
    private final Path directory;
    private int pages;
    private long writes;

    LocalContender(String who, Path directory) {
        this.who = who;
        this.directory = directory;
    }

    @Override
    public Sample run(String load, Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        Histogram nanos = new Histogram(3);
        double cpuMicros = 0;
        do {
            String profile = directory.resolve("profile-" + pages++).toString();
            JsonNode page = ClientScripts.figures("local.mjs", who, profile);
            page.required("ms").forEach(ms -> nanos.recordValue((long) (ms.asDouble() * 1e6)));
            cpuMicros += page.required("cpuMicros").asDouble();
        } while (System.nanoTime() < end);
        writes += nanos.getTotalCount();
        return Sample.empty().with(nanos).with(Metric.CLIENT_CPU, cpuMicros / nanos.getTotalCount());
    }

    @Override
    public String prove() {
        return "in " + pages + " pages each of " + writes
                + " writes was told once to each of those whom it touched, as it was written, and to no other";
    }

    @Override
    public void close() {
        // each page ends with its browser
    }
}
