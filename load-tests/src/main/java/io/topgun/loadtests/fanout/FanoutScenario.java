package io.topgun.loadtests.fanout;

import io.topgun.loadtests.OpenFiles;
import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.bench.Scenario;
import io.topgun.loadtests.peers.Daemon;
import io.topgun.loadtests.peers.NettyBroadcast;
import io.topgun.loadtests.peers.NodePackages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code fanout}: one writer, many subscribers. */
public final class FanoutScenario {
    static final String WS = "node ws";
    private static final String NETTY = "netty";
    private static final List<Metric> COLUMNS = List.of(
            Metric.RATE, Metric.P50, Metric.P99, Metric.CPU, Metric.CPU_PER_FRAME, Metric.GENERATOR, Metric.MEMORY);
    private static final List<Metric> RATIOS = List.of(Metric.CPU, Metric.CPU_PER_FRAME, Metric.P50);

    private FanoutScenario() {}

    /** With so many subscribers in turn, those left out for whom too few files may be open. */
    public static Scenario<?> create(int... subscribers) {
        List<FanoutLoad> loads = new ArrayList<>();
        List<Goal> goals = new ArrayList<>();
        List<Entrant<FanoutLoad>> entrants = entrants();
        int files = OpenFiles.connectionsMax();
        List<Integer> leftOut = new ArrayList<>();
        for (int count : subscribers) {
            files -= count > FanoutContender.STAY_MAX ? count : count * entrants.size();
            if (files < 0) {
                leftOut.add(count);
                continue;
            }
            FanoutLoad single = new FanoutLoad(count, FanoutLoad.Pace.SINGLE);
            FanoutLoad eight = new FanoutLoad(count, FanoutLoad.Pace.EIGHT);
            FanoutLoad loaded = new FanoutLoad(count, FanoutLoad.Pace.LOADED);
            boolean isLarge = count > FanoutContender.STAY_MAX;
            // Hundreds of thousands of frames a second are more than a loop over all can send: it would fall behind for
            // good.
            loads.addAll(isLarge ? List.of(single, loaded) : List.of(single, eight, loaded));
            goals.add(Goal.atMost(1, Metric.CPU_PER_FRAME, WS, loaded));
            goals.add(Goal.atMost(1.5, Metric.CPU_PER_FRAME, NETTY, loaded));
            if (!isLarge) {
                goals.add(Goal.atMost(0.5, Metric.CPU, WS, eight));
            }
            goals.add(Goal.atMost(2, Metric.P50, NETTY, single));
        }
        return new Scenario<>(
                "fanout",
                "one writer, changes of " + Broadcaster.PAYLOAD_BYTES
                        + " bytes to all subscribers; operations are changes delivered"
                        + (leftOut.isEmpty() ? "" : "; too few files may be open for " + leftOut + " subscribers"),
                loads,
                entrants,
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
                        directory -> new FanoutContender(nodeWs(directory))),
                new Entrant<>(
                        "node ws shared",
                        "the same with the frame made once and written to each socket past ws; memory",
                        directory -> new FanoutContender(nodeWs(directory, "shared"))),
                new Entrant<>(
                        "y-websocket",
                        "@y/websocket-server 0.1.1 with yjs 13.6.33, a document whose map has a key set by each change,"
                                + " one update for those of a tick; memory",
                        directory -> new FanoutContender(new YjsBroadcaster(directory))),
                new Entrant<>(
                        "redis",
                        "SUBSCRIBE and PUBLISH; memory",
                        directory -> new FanoutContender(new RedisBroadcaster(directory))),
                netty());
    }

    /** The loop of Node {@code ws}. */
    static Broadcaster nodeWs(Path directory, String... arguments)
            throws IOException, InterruptedException, MissingPeer {
        String script = NodePackages.script("fanout-line.mjs", "ws").toString();
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return new SocketBroadcaster(directory, command);
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
