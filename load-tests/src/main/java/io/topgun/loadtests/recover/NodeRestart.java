package io.topgun.loadtests.recover;

import io.topgun.crdt.Cell;
import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.Observation;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.Rows;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import io.topgun.protocol.Entry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A node that is killed and started again on its data; a node that has none is started beside it, and its time taken off. */
final class NodeRestart implements Contender<Integer> {
    private static final Duration START_MAX = Duration.ofMinutes(10);
    /** Of an empty node's time: what is less than that tells nothing. */
    private static final double LEAST_DIFFERENCE = 0.05;

    private final Journal journal;
    private final Path directory;
    private final Path data;
    private NodeProcess node;
    private URI uri;
    private int restarts;

    NodeRestart(Path directory, Journal journal) throws IOException, InterruptedException {
        this.journal = journal;
        this.directory = directory;
        data = journal.copyTo(directory);
        node = NodeProcess.start(data, List.of(), List.of());
        uri = node.awaitReady(START_MAX);
    }

    @Override
    public Sample run(Integer entries, Duration time) throws IOException, InterruptedException {
        node.kill();
        double empty;
        ProcessUsage ofEmpty;
        try (NodeProcess nothing =
                NodeProcess.start(directory.resolve("nothing-" + restarts++), List.of(), List.of())) {
            empty = nothing.startup(START_MAX).toNanos() / 1e9;
            ofEmpty = ProcessUsage.of(nothing.pid());
        }
        node = NodeProcess.start(data, List.of(), List.of());
        uri = node.awaitReady(START_MAX);
        double seconds = node.startup(START_MAX).toNanos() / 1e9;
        ProcessUsage usage = ProcessUsage.of(node.pid());
        Sample sample = Sample.empty().with(Metric.SECONDS, seconds).with(ofEmpty, usage, entries);
        double ofData = seconds - empty;
        return ofData < LEAST_DIFFERENCE * empty ? sample : sample.with(Metric.RATE, entries / ofData);
    }

    @Override
    public String prove() throws IOException, InterruptedException {
        Observation observed = Observation.of(uri, List.of(journal.rows().map()));
        Map<String, Cell> found = new HashMap<>();
        for (Entry entry : observed.entries()) {
            if (found.put(entry.key(), entry.cell()) != null) {
                throw new IllegalStateException("Twice: " + entry.key());
            }
        }
        int count = journal.rows().count();
        for (long index = 0; index < count; index++) {
            if (!journal.rows().cell(journal.last(index)).equals(found.get(Rows.key(index)))) {
                throw new IllegalStateException("Not as it was acknowledged: " + Rows.key(index));
            }
        }
        if (found.size() != count || !observed.slicesThatDiffer().isEmpty()) {
            throw new IllegalStateException(
                    found.size() + " entries, digests differ in " + observed.slicesThatDiffer());
        }
        return "after " + restarts + " restarts all " + count + " entries as their last write left them, digests equal";
    }

    @Override
    public void close() {
        node.close();
    }
}
