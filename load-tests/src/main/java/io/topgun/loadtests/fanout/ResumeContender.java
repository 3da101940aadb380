package io.topgun.loadtests.fanout;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import java.io.IOException;
import java.time.Duration;

/** Everybody is away while changes are made, then all come back at once. */
final class ResumeContender implements Contender<ResumeLoad> {
    private final Rejoinable server;
    private final Group group;
    private boolean known;

    ResumeContender(Rejoinable server, int clients) {
        this.server = server;
        this.group = new Group("resume", clients);
    }

    @Override
    public Sample run(ResumeLoad load, Duration time) throws IOException, InterruptedException {
        if (!known) { // the first time they come they have nothing
            comeBack(load);
            known = true;
        }
        return comeBack(load);
    }

    private Sample comeBack(ResumeLoad load) throws IOException, InterruptedException {
        server.publish(group.number(load.missed(), System.nanoTime(), load.missed()), load.missed());
        ProcessUsage before = server.usage();
        ProcessUsage generatorBefore = ProcessUsage.of(ProcessHandle.current().pid());
        long start = System.nanoTime();
        try (Rejoinable.Visit visit = server.comeBack(group)) {
            visit.awaitAll();
            double seconds = (System.nanoTime() - start) / 1e9;
            double clients = group.subscribers();
            double bytes = visit.bytes();
            ProcessUsage generator = ProcessUsage.of(ProcessHandle.current().pid());
            group.quiesce();
            return Sample.empty()
                    .with(Metric.SECONDS, seconds)
                    .with(Metric.BYTES, bytes / clients)
                    .with(Metric.BYTES_TO_LEAST, bytes / clients / load.missedBytes())
                    .with(before, server.usage(), clients)
                    .with(Metric.GENERATOR, (generator.cpuMicros() - generatorBefore.cpuMicros()) / clients);
        }
    }

    @Override
    public String prove() {
        group.prove();
        return "each of " + group.subscribers() + " clients got each of " + group.published() + " changes once";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
