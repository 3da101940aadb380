package io.topgun.loadtests.clients;

import com.fasterxml.jackson.databind.JsonNode;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.bench.Sample;
import io.topgun.loadtests.peers.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Pages, each in a Chromium of its own, that store writes without a connection, are loaded again and, ours, deliver. */
final class OfflineContender implements Contender<OfflineLoad> {
    private final String who;
    private final Path directory;
    private final Optional<RowServer> node;
    private final int port;
    private int pages;

    private OfflineContender(String who, Path directory, Optional<RowServer> node, int port) {
        this.who = who;
        this.directory = directory;
        this.node = node;
        this.port = port;
    }

    /** Of ours with a node to deliver to, of others the half that stores. */
    static OfflineContender start(String who, Path directory) throws IOException, InterruptedException, MissingPeer {
        ClientScripts.installForChromium(who);
        int port = Daemon.freePort();
        if (!who.equals(Entrant.OURS)) {
            return new OfflineContender(who, directory, Optional.empty(), port);
        }
        String origins = "topgun.http.allowed-origins = [\"http://127.0.0.1:" + port + "\"]\n";
        Path config = Files.writeString(directory.resolve("conf"), origins);
        RowServer node = RowServer.node(directory, List.of("--config", config.toString()));
        return new OfflineContender(who, directory, Optional.of(node), port);
    }

    @Override
    public boolean takes(OfflineLoad load) {
        return load == OfflineLoad.STORED || node.isPresent();
    }

    @Override
    public Sample run(OfflineLoad load, Duration time) throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        double seconds = 0;
        double bytes = 0;
        double cpuMicros = 0;
        double writes = 0;
        do {
            JsonNode half = page().required(load.field());
            seconds += half.required("seconds").asDouble();
            bytes += half.path("bytes").asDouble();
            cpuMicros += half.required("cpuMicros").asDouble();
            writes += OfflineLoad.WRITES;
        } while (System.nanoTime() < end);
        Sample sample = Sample.empty()
                .with(Metric.RATE, writes / seconds)
                .with(Metric.SECONDS, seconds * OfflineLoad.WRITES / writes)
                .with(Metric.CLIENT_CPU, cpuMicros / writes);
        return bytes == 0 ? sample : sample.with(Metric.BYTES, bytes / writes);
    }

    private JsonNode page() throws IOException, InterruptedException {
        String profile = directory.resolve("profile-" + pages++).toString();
        String count = Integer.toString(OfflineLoad.WRITES);
        return node.isEmpty()
                ? ClientScripts.figures("offline-queue.mjs", who, profile, count)
                : ClientScripts.figures(
                        "offline-queue.mjs", who, profile, count, node.get().url(), Integer.toString(port));
    }

    @Override
    public String prove() {
        String where = node.isEmpty() ? "the page that came after" : "a client that asked the node afterwards";
        return "after each of " + pages + " pages " + where + " had all " + OfflineLoad.WRITES
                + " rows as they were written, and no other";
    }

    @Override
    public void close() {
        node.ifPresent(RowServer::close);
    }
}
