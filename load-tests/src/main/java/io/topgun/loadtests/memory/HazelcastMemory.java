package io.topgun.loadtests.memory;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.topgun.loadtests.LiveHeap;
import io.topgun.loadtests.Rows;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.HazelcastMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A member for each turn, filled. */
final class HazelcastMemory implements Contender<Integer> {
    private static final int BATCH = 1_000;

    private final Path directory;
    private int turns;

    HazelcastMemory(Path directory) {
        this.directory = directory;
    }

    @Override
    public Sample run(Integer entries, Duration time) throws IOException, InterruptedException {
        int port = Daemon.freePort();
        try (Daemon member =
                HazelcastMember.start(Files.createDirectories(directory.resolve("turn-" + turns++)), port)) {
            member.await(port);
            HazelcastInstance client = HazelcastMember.connect(port);
            IMap<String, byte[]> map = client.getMap("bench-memory");
            long before = LiveHeap.bytes(member.pid());
            for (int first = 0; first < entries; first += BATCH) {
                map.putAll(batch(first, Math.min(entries, first + BATCH)));
            }
            if (map.size() != entries) {
                throw new IllegalStateException(map.size() + " entries instead of " + entries);
            }
            double heap = LiveHeap.bytes(member.pid()) - (double) before;
            double resident = member.usage().residentBytes();
            client.shutdown();
            return Sample.empty().with(Metric.HEAP, heap / entries).with(Metric.MEMORY, resident / 1e6);
        }
    }

    private static Map<String, byte[]> batch(int first, int end) {
        Map<String, byte[]> batch = new HashMap<>();
        for (int index = first; index < end; index++) {
            batch.put(Rows.key(index), new byte[NodeMemory.VALUE_BYTES]);
        }
        return batch;
    }

    @Override
    public String prove() {
        return "all entries there at the end of each turn";
    }

    @Override
    public void close() {
        // each turn ends its member
    }
}
