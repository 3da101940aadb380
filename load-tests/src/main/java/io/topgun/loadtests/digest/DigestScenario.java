package io.topgun.loadtests.digest;

import io.topgun.loadtests.Rows;
import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import java.util.List;

/** {@code digest}: a client whose positions are good nowhere finds out what differs. */
public final class DigestScenario {
    private static final String MAP = "bench-digests";
    private static final String EVERYTHING = "everything";
    /** So many that a partition has buckets of some 14 keys, as with a million. */
    private static final int SMOKE_KEYS = 60_000;

    private static final DigestLoad NONE = new DigestLoad(0);
    private static final DigestLoad ONE = new DigestLoad(1);
    private static final DigestLoad MANY = new DigestLoad(10_000);
    private static final List<Metric> COLUMNS = List.of(
            Metric.ROUND_TRIPS,
            Metric.BYTES,
            Metric.BYTES_OF_EQUAL,
            Metric.BYTES_OF_REPAIRED,
            Metric.BYTES_TO_LEAST,
            Metric.P50,
            Metric.CPU,
            Metric.MEMORY);
    private static final List<Goal> GOALS = List.of(
            Goal.atMost(1, Metric.ROUND_TRIPS, NONE),
            Goal.atMost(64, Metric.BYTES_OF_EQUAL, NONE),
            Goal.atMost(3, Metric.ROUND_TRIPS, ONE),
            Goal.atMost(4096, Metric.BYTES_OF_REPAIRED, ONE),
            Goal.atMost(1.5, Metric.BYTES_TO_LEAST, MANY));

    private DigestScenario() {}

    /** With so many keys at the node. */
    public static Scenario<?> create(int keys) {
        Rows rows = Rows.of(MAP, keys);
        Entrant<DigestLoad> everything = new Entrant<>(
                EVERYTHING,
                "one node; the client has nothing and gets all of it in snapshots",
                directory -> new DigestContender(directory, rows, false));
        List<DigestLoad> loads =
                List.of(NONE, ONE, new DigestLoad(10), new DigestLoad(1_000), MANY, new DigestLoad(100_000));
        return create(rows, loads, List.of(ours(rows), everything));
    }

    /** A part of it for every test run: what crosses does not depend on what else the machine does. */
    public static Scenario<?> smoke() {
        Rows rows = Rows.of(MAP, SMOKE_KEYS);
        return create(rows, List.of(NONE, ONE, MANY), List.of(ours(rows)));
    }

    private static Scenario<?> create(Rows rows, List<DigestLoad> loads, List<Entrant<DigestLoad>> entrants) {
        return new Scenario<>(
                "digest",
                "a client of a map of " + rows.count() + " values of 150 bytes that differs in some of them, by turns"
                        + " older and missing; operations are whole exchanges, from the SUBSCRIBE on",
                loads,
                entrants,
                COLUMNS,
                List.of(Metric.BYTES, Metric.P50),
                GOALS);
    }

    private static Entrant<DigestLoad> ours(Rows rows) {
        return new Entrant<>(
                Entrant.OURS,
                "one node; the client compares digests, which it keeps up to date as a node does",
                directory -> new DigestContender(directory, rows, true));
    }
}
