package io.topgun.loadtests.fanout;

import io.topgun.loadtests.OpenFiles;
import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.NettyBroadcast;
import java.util.List;
import java.util.stream.Stream;

/** {@code connections}: what connections cost that do nothing. */
public final class IdleScenario {
    private static final String NETTY = "netty";
    private static final int MOST = 20_000;

    private IdleScenario() {}

    public static Scenario<?> create() {
        List<Integer> counts = Stream.of(1_000, Math.min(MOST, OpenFiles.connectionsMax()))
                .distinct()
                .toList();
        return new Scenario<>(
                "connections",
                "idle WebSockets, ours greeted and subscribed to a map; live heap is what a full collection leaves;"
                        + " as many as open files allow, " + MOST + " at most",
                counts,
                List.of(
                        IdleContender.entrant(Entrant.OURS, "one node", TopGunBroadcaster::new),
                        IdleContender.entrant(
                                NETTY,
                                "the line: members of a channel group",
                                directory ->
                                        new SocketBroadcaster(directory, Daemon.java(NettyBroadcast.class.getName())))),
                List.of(Metric.HEAP, Metric.RESIDENT_EACH, Metric.MEMORY),
                List.of(Metric.HEAP, Metric.RESIDENT_EACH),
                counts.stream()
                        .map(count -> Goal.atMost(4, Metric.HEAP, NETTY, count))
                        .toList());
    }
}
