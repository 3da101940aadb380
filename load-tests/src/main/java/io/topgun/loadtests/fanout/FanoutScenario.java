package io.topgun.loadtests.fanout;

import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.NettyBroadcast;
import io.topgun.loadtests.peers.NodePackages;
import java.util.ArrayList;
import java.util.List;

/** {@code fanout}: one writer, many subscribers. */
public final class FanoutScenario {
    private static final String WS = "node ws";
    private static final String NETTY = "netty";
    private static final List<Metric> COLUMNS = List.of(
            Metric.RATE, Metric.P50, Metric.P99, Metric.CPU, Metric.CPU_PER_FRAME, Metric.GENERATOR, Metric.MEMORY);
    private static final List<Metric> RATIOS = List.of(Metric.CPU, Metric.CPU_PER_FRAME, Metric.P50);

    private FanoutScenario() {}

    /** With so many subscribers in turn. */
    public static Scenario<?> create(int... subscribers) {
        List<FanoutLoad> loads = new ArrayList<>();
        List<Goal> goals = new ArrayList<>();
        for (int count : subscribers) {
            FanoutLoad single = new FanoutLoad(count, FanoutLoad.Pace.SINGLE);
            FanoutLoad eight = new FanoutLoad(count, FanoutLoad.Pace.EIGHT);
            FanoutLoad loaded = new FanoutLoad(count, FanoutLoad.Pace.LOADED);
            loads.addAll(List.of(single, eight, loaded));
            goals.add(Goal.atMost(1, Metric.CPU_PER_FRAME, WS, loaded));
            goals.add(Goal.atMost(1.5, Metric.CPU_PER_FRAME, NETTY, loaded));
            goals.add(Goal.atMost(0.5, Metric.CPU, WS, eight));
            goals.add(Goal.atMost(2, Metric.P50, NETTY, single));
        }
        return new Scenario<>(
                "fanout",
                "one writer, changes of " + Broadcaster.PAYLOAD_BYTES
                        + " bytes to all subscribers; operations are changes delivered",
                loads,
                entrants(),
                COLUMNS,
                RATIOS,
                goals);
    }

    /** A part of it for every test run, with floors far below what is usual. */
    public static Scenario<?> smoke() {
        FanoutLoad loaded = new FanoutLoad(200, FanoutLoad.Pace.LOADED);
        return new Scenario<>(
                "fanout",
                "one writer to all subscribers",
                List.of(loaded),
                List.of(ours(), netty()),
                COLUMNS,
                List.of(Metric.RATE, Metric.CPU),
                List.of(Goal.atLeast(0.06, Metric.RATE, NETTY, loaded), Goal.atMost(8, Metric.CPU, NETTY, loaded)));
    }

    private static List<Entrant<FanoutLoad>> entrants() {
        return List.of(
                ours(),
                new Entrant<>(
                        WS,
                        "Node with ws 8.23.0, a loop that sends to each; memory",
                        directory -> new FanoutContender(new SocketBroadcaster(
                                directory,
                                List.of(
                                        "node",
                                        NodePackages.script("fanout-line.mjs", "ws")
                                                .toString())))),
                new Entrant<>(
                        "redis",
                        "SUBSCRIBE and PUBLISH; memory",
                        directory -> new FanoutContender(new RedisBroadcaster(directory))),
                netty());
    }

    private static Entrant<FanoutLoad> ours() {
        return new Entrant<>(
                Entrant.OURS,
                "a node with a map: each change is synced to its disk too, before it is passed on",
                directory -> new FanoutContender(new TopGunBroadcaster(directory)));
    }

    private static Entrant<FanoutLoad> netty() {
        return new Entrant<>(
                NETTY,
                "the line: a channel group, NIO, one flush for what came together; memory",
                directory -> new FanoutContender(
                        new SocketBroadcaster(directory, Daemon.java(NettyBroadcast.class.getName()))));
    }
}
