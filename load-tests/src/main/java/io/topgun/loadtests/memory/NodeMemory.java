package io.topgun.loadtests.memory;

import io.topgun.loadtests.Filling;
import io.topgun.loadtests.LiveHeap;
import io.topgun.loadtests.NodeProcess;
import io.topgun.loadtests.Observation;
import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.Rows;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import io.topgun.protocol.Level;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A node for each turn, filled. */
final class NodeMemory implements Contender<Integer> {
    static final int VALUE_BYTES = 100;
    private static final Duration START_MAX = Duration.ofMinutes(1);

    private final Path directory;
    private int turns;

    NodeMemory(Path directory) {
        this.directory = directory;
    }

    @Override
    public Sample run(Integer entries, Duration time) throws IOException, InterruptedException {
        Rows rows = Rows.of("bench-memory", entries).withValues(VALUE_BYTES);
        try (NodeProcess node = NodeProcess.start(directory.resolve("turn-" + turns++), List.of(), List.of())) {
            URI uri = node.awaitReady(START_MAX);
            long before = LiveHeap.bytes(node.pid());
            Filling.write(uri, "filler", Level.PERSISTED, entries, rows::op);
            double heap = LiveHeap.bytes(node.pid()) - (double) before;
            double resident = ProcessUsage.of(node.pid()).residentBytes();
            Observation observed = Observation.of(uri, List.of(rows.map()));
            if (observed.entries().size() != entries
                    || !observed.slicesThatDiffer().isEmpty()) {
                throw new IllegalStateException(observed.entries().size() + " entries instead of " + entries);
            }
            return Sample.empty().with(Metric.HEAP, heap / entries).with(Metric.MEMORY, resident / 1e6);
        }
    }

    @Override
    public String prove() {
        return "all entries there at the end of each turn, digests equal";
    }

    @Override
    public void close() {
        // each turn ends its node
    }
}
