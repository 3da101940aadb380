package io.topgun.loadtests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import java.io.IOException;
import java.time.Duration;

/** Clients, one after the other, each a new process that has nothing and gets every row. */
final class ColdSyncContender implements Contender<Integer> {
    private final String who;
    private final RowServer server;
    private final int rows;
    private int clients;

    /** {@code who} names the client among the scripts. */
    ColdSyncContender(String who, RowServer server, int rows) {
        this.who = who;
        this.server = server;
        this.rows = rows;
    }

    @Override
    public Sample run(Integer load, Duration time) throws IOException, InterruptedException {
        ProcessUsage before = server.usage();
        long end = System.nanoTime() + time.toNanos();
        double seconds = 0;
        double bytes = 0;
        double cpuMicros = 0;
        double received = 0;
        do {
            JsonNode client = ClientScripts.figures(
                    server.clientCommand(), "cold-sync.mjs", "sync", who, server.url(), Integer.toString(rows));
            seconds += client.required("seconds").asDouble();
            bytes += client.required("bytes").asDouble();
            cpuMicros += client.required("cpuMicros").asDouble();
            received += rows;
            clients++;
        } while (System.nanoTime() < end);
        return Sample.empty()
                .with(Metric.RATE, received / seconds)
                .with(Metric.SECONDS, seconds * rows / received)
                .with(Metric.BYTES, bytes / received)
                .with(Metric.CLIENT_CPU, cpuMicros / received)
                .with(before, server.usage(), received);
    }

    @Override
    public String prove() {
        return "each of " + clients + " clients had all " + rows + " rows as they were written, and no other";
    }

    @Override
    public void close() {
        server.close();
    }
}
