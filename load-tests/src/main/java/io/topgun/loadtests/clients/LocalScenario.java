package io.topgun.loadtests.clients;

import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import java.util.List;

/** {@code local}: a write in a page and those in it who wait for that. */
public final class LocalScenario {
    private static final String REPLICACHE = "replicache";
    private static final String RXDB = "rxdb";
    private static final String LOAD = "100 subscriptions, 5 touched, 10 KB each";

    private LocalScenario() {}

    public static Scenario<?> create() {
        return new Scenario<>(
                "local",
                "a page in Chromium with 100 entries of 10 KB and a subscription to each, no server, all in memory; a write"
                        + " sets 5 of them; from the call until the last of the 5 subscribers has been told; operations"
                        + " are writes, CPU time that of all processes of the browser",
                List.of(LOAD),
                List.of(
                        entrant(
                                Entrant.OURS,
                                "the SDK as it is built: subscribers to one map who take what is their own"),
                        entrant(REPLICACHE, "replicache 15.3.0, the client alone: subscribe, one mutation for a write"),
                        entrant(RXDB, "rxdb 17.6.0, memory storage: findOne queries, bulkUpsert")),
                List.of(Metric.P50, Metric.P90, Metric.P99, Metric.CLIENT_CPU),
                List.of(Metric.P50, Metric.P99, Metric.CLIENT_CPU),
                List.of(Goal.atMost(1, Metric.P50, REPLICACHE, LOAD), Goal.atMost(1, Metric.P50, RXDB, LOAD)));
    }

    private static Entrant<String> entrant(String who, String remark) {
        return new Entrant<>(who, remark, directory -> {
            ClientScripts.installForChromium(who);
            return new LocalContender(who, directory);
        });
    }
}
