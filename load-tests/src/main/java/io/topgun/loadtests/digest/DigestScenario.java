package io.topgun.loadtests.digest;

import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import java.util.List;

/** {@code digest}: a client whose positions are good nowhere finds out what differs. */
public final class DigestScenario {
    private static final String EVERYTHING = "everything";

    private DigestScenario() {}

    /** With so many keys at the node. */
    public static Scenario<?> create(int keys) {
        return create(keys, List.of(0, 1, 10, 1_000, 10_000, 100_000));
    }

    static Scenario<?> create(int keys, List<Integer> differences) {
        Rows rows = new Rows(keys);
        DigestLoad one = new DigestLoad(1);
        return new Scenario<>(
                "digest",
                "a client of a map of " + keys + " values of 150 bytes that differs in some of them, by turns older and"
                        + " missing; operations are whole exchanges, from the SUBSCRIBE on",
                differences.stream().map(DigestLoad::new).toList(),
                List.of(
                        new Entrant<>(
                                Entrant.OURS,
                                "one node; the client compares digests, which it keeps up to date as a node does",
                                directory -> new DigestContender(directory, rows, true)),
                        new Entrant<>(
                                EVERYTHING,
                                "one node; the client has nothing and gets all of it in snapshots",
                                directory -> new DigestContender(directory, rows, false))),
                List.of(
                        Metric.ROUND_TRIPS,
                        Metric.BYTES,
                        Metric.BYTES_OF_EQUAL,
                        Metric.BYTES_OF_REPAIRED,
                        Metric.BYTES_TO_LEAST,
                        Metric.P50,
                        Metric.CPU,
                        Metric.MEMORY),
                List.of(Metric.BYTES, Metric.P50),
                List.of(
                        Goal.atMost(1, Metric.ROUND_TRIPS, new DigestLoad(0)),
                        Goal.atMost(64, Metric.BYTES_OF_EQUAL, new DigestLoad(0)),
                        Goal.atMost(3, Metric.ROUND_TRIPS, one),
                        Goal.atMost(4096, Metric.BYTES_OF_REPAIRED, one),
                        Goal.atMost(1.5, Metric.BYTES_TO_LEAST, new DigestLoad(10_000))));
    }
}
