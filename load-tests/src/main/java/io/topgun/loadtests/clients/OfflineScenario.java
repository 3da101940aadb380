package io.topgun.loadtests.clients;

import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import java.util.List;

/** {@code offline-queue}: writes without a connection, kept until there is one. */
public final class OfflineScenario {
    private static final String RXDB = "rxdb";

    private OfflineScenario() {}

    public static Scenario<?> create() {
        return new Scenario<>(
                "offline-queue",
                "a page in Chromium without a connection writes " + OfflineLoad.WRITES
                        + " rows of some 110 bytes as JSON at once, until all are stored in IndexedDB; it is loaded again,"
                        + " now with a connection, until the server has confirmed all; CPU time is that of all processes of"
                        + " the browser, bytes are those of the messages, both ways",
                List.of(OfflineLoad.values()),
                List.of(
                        entrant(
                                Entrant.OURS,
                                "the SDK as it is built, each write an operation, synced to disk (strict); one node, which"
                                        + " has synced what it confirms"),
                        entrant(
                                RXDB,
                                "rxdb 17.6.0, Dexie storage, bulkInsert; not synced (relaxed, Chromium's default)")),
                List.of(Metric.RATE, Metric.SECONDS, Metric.BYTES, Metric.CLIENT_CPU),
                List.of(Metric.RATE, Metric.CLIENT_CPU),
                List.of(Goal.atLeast(1, Metric.RATE, RXDB, OfflineLoad.STORED)));
    }

    private static Entrant<OfflineLoad> entrant(String who, String remark) {
        return new Entrant<>(who, remark, directory -> OfflineContender.start(who, directory));
    }
}
