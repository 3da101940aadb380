package io.topgun.loadtests.fanout;

import io.topgun.loadtests.LiveHeap;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.bench.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A server started for each turn, to which many connect who then do nothing. */
final class IdleContender implements Contender<Integer> {
    /** So many come before, so that what the first one brings is not counted. */
    private static final int FIRST = 100;

    private final Path directory;
    private final Start start;
    private int turns;
    private long connections;

    /** Starts a server. */
    @FunctionalInterface
    interface Start {
        Broadcaster in(Path directory) throws IOException, InterruptedException, MissingPeer;
    }

    private IdleContender(Path directory, Start start) {
        this.directory = directory;
        this.start = start;
    }

    static Entrant<Integer> entrant(String name, String remark, Start start) {
        return new Entrant<>(name, remark, directory -> new IdleContender(directory, start));
    }

    @Override
    public Sample run(Integer count, Duration time) throws IOException, InterruptedException {
        Path own = Files.createDirectories(directory.resolve("turn-" + turns++));
        try (Broadcaster server = start.in(own)) {
            Group first = new Group("first", FIRST);
            try (Broadcaster.Joined joined = server.join(first)) {
                tell(joined, first);
                return run(server, count);
            }
        } catch (MissingPeer missing) {
            throw new IOException(missing);
        }
    }

    private Sample run(Broadcaster server, int count) throws IOException, InterruptedException {
        long before = LiveHeap.bytes(server.pid());
        long residentBefore = server.usage().residentBytes();
        Group idle = new Group("idle", count);
        try (Broadcaster.Joined joined = server.join(idle)) {
            long each = (LiveHeap.bytes(server.pid()) - before) / count;
            double resident = server.usage().residentBytes() - (double) residentBefore;
            tell(joined, idle);
            connections += count;
            return Sample.empty()
                    .with(Metric.HEAP, (double) each)
                    .with(Metric.RESIDENT_EACH, resident / count)
                    .with(Metric.MEMORY, server.usage().residentBytes() / 1e6);
        }
    }

    /** All of them are there if all get a change. */
    private static void tell(Broadcaster.Joined joined, Group group) throws IOException, InterruptedException {
        joined.publisher().publish(group.number(1, System.nanoTime(), 1), 1);
        group.quiesce();
        group.prove();
    }

    @Override
    public String prove() {
        return "each of " + connections + " connections got a change at the end of its turn";
    }

    @Override
    public void close() {
        // each turn ends its server
    }
}
