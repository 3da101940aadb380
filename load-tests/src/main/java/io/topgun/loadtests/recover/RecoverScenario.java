package io.topgun.loadtests.recover;

import io.topgun.loadtests.Rows;
import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import java.util.List;

/** {@code recover}: a node is killed and started again. */
public final class RecoverScenario {
    private static final String ITERATOR = "rocksdbjni iterator";

    private RecoverScenario() {}

    /** With so many entries, each of them written ten times. */
    public static Scenario<?> create(int entries) {
        Journal journal = new Journal(Rows.of("bench-recover", entries));
        return new Scenario<>(
                "recover",
                entries + " entries of 150 bytes, each written " + Journal.WRITES_PER_ENTRY
                        + " times, the node killed; from the start of the process until it is ready",
                List.of(entries),
                List.of(
                        new Entrant<>(
                                Entrant.OURS,
                                "one node; of its rate and CPU time those of a node without data, started just"
                                        + " before, are taken off; no rate where the rest is too little to tell",
                                directory -> new NodeRestart(directory, journal)),
                        new Entrant<>(
                                ITERATOR,
                                "the line: all records of a copy of the same store, in the generator's process",
                                directory -> new IteratorLine(directory, journal))),
                List.of(Metric.RATE, Metric.SECONDS, Metric.CPU, Metric.MEMORY),
                List.of(Metric.RATE, Metric.CPU),
                List.of(Goal.atLeast(0.5, Metric.RATE, ITERATOR, entries)));
    }
}
