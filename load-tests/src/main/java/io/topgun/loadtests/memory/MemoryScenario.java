package io.topgun.loadtests.memory;

import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import java.util.List;

/** {@code memory}: live heap of an entry. */
public final class MemoryScenario {
    private static final String HAZELCAST = "hazelcast";

    private MemoryScenario() {}

    /** With so many entries. */
    public static Scenario<?> create(int entries) {
        return new Scenario<>(
                "memory",
                "entries with a value of 100 bytes under a key of some 12; live heap is what a full collection leaves,"
                        + " above that before the first of them",
                List.of(entries),
                List.of(
                        new Entrant<>(Entrant.OURS, "one node, on disk too", NodeMemory::new),
                        new Entrant<>(
                                HAZELCAST,
                                "5.7.0, one member, no backup, BINARY values as byte arrays, not on disk",
                                HazelcastMemory::new)),
                List.of(Metric.HEAP, Metric.MEMORY),
                List.of(Metric.HEAP),
                List.of(Goal.atMost(1, Metric.HEAP, HAZELCAST, entries)));
    }
}
