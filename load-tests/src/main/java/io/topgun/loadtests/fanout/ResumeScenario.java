package io.topgun.loadtests.fanout;

import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import java.util.List;

/** {@code resume}: many clients come back at once. */
public final class ResumeScenario {
    private static final String REDIS = "redis";

    private ResumeScenario() {}

    public static Scenario<?> create() {
        ResumeLoad load = new ResumeLoad(1_000, 100);
        return new Scenario<>(
                "resume",
                "clients of one map come back at once, who all missed the same changes of " + Broadcaster.PAYLOAD_BYTES
                        + " bytes; operations are clients, from the opening of the first connection until the last"
                        + " client has everything",
                List.of(load),
                List.of(
                        new Entrant<>(
                                Entrant.OURS,
                                "one node; each client states its positions",
                                directory -> new ResumeContender(new TopGunRejoined(directory), load.clients())),
                        new Entrant<>(
                                REDIS,
                                "a stream, appendfsync always; XREAD behind the last id: no subscription, no merge",
                                directory -> new ResumeContender(new RedisRejoined(directory), load.clients()))),
                List.of(
                        Metric.SECONDS,
                        Metric.BYTES,
                        Metric.BYTES_TO_LEAST,
                        Metric.CPU,
                        Metric.GENERATOR,
                        Metric.MEMORY),
                List.of(Metric.SECONDS, Metric.BYTES),
                List.of(Goal.atMost(1.3, Metric.BYTES_TO_LEAST, load), Goal.atMost(0.5, Metric.SECONDS, REDIS, load)));
    }
}
