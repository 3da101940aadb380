package io.topgun.loadtests.fanout;

import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code slow-reader}: one in a hundred subscribers stops reading. */
public final class SlowScenario {
    /** Of live changes for one session, {@code topgun.session.outbox-bytes-max}. */
    private static final long OUTBOX_BYTES_MAX = 1 << 20;
    /** A frame that is being written, and what the session knows of where it is: {@code topgun.session.frame-bytes} and as much again. */
    private static final long FRAME_BYTES = 256 << 10;

    private SlowScenario() {}

    /** With so many subscribers, one in a hundred of them slow. */
    public static Scenario<?> create(int subscribers) {
        SlowLoad load = new SlowLoad(subscribers, Math.max(1, subscribers / 100));
        return new Scenario<>(
                "slow-reader",
                "one writer, a change of " + Broadcaster.PAYLOAD_BYTES + " bytes 20 times a second; in each turn first"
                        + " with all subscribers reading, then when some have stopped and have missed "
                        + (SlowLoad.MISSED_BYTES >> 20) + " MB in changes of " + (SlowLoad.MISSED_CHANGE_BYTES >> 10)
                        + " KB; times and CPU are of the latter, the others' only; then they read on",
                List.of(load),
                List.of(
                        new Entrant<>(
                                Entrant.OURS,
                                "one node with a heap of 512 MB; what is live of it may grow by what an outbox holds and"
                                        + " a frame, "
                                        + ((OUTBOX_BYTES_MAX + FRAME_BYTES) / 1024)
                                        + " KB for each who stopped, and by 6 MB of changed values; where it grows by more, or"
                                        + " their outboxes do not overflow, the run fails",
                                directory -> ours(directory, load)),
                        new Entrant<>(
                                FanoutScenario.WS,
                                "Node with ws 8.23.0, a loop that sends to each; keeps everything for those who do not"
                                        + " read, in memory",
                                directory ->
                                        new SlowContender(FanoutScenario.nodeWs(directory), load, Optional.empty()))),
                List.of(
                        Metric.P50,
                        Metric.P99,
                        Metric.P99_TO_NORMAL,
                        Metric.CPU,
                        Metric.HEAP_GROWTH,
                        Metric.GROWTH,
                        Metric.MEMORY,
                        Metric.SECONDS),
                List.of(Metric.P99, Metric.CPU),
                List.of(Goal.atMost(1.2, Metric.P99_TO_NORMAL, load)));
    }

    /** A node takes one that says nothing for a minute for lost, and so it is here only later: under load a turn may take longer. */
    private static List<String> patient(Path directory) throws IOException {
        Path config = Files.writeString(directory.resolve("node.conf"), """
                topgun.session.idle-timeout = 10 minutes
                """);
        return List.of("--config", config.toString());
    }

    private static SlowContender ours(Path directory, SlowLoad load) throws IOException, InterruptedException {
        TopGunBroadcaster node = new TopGunBroadcaster(directory, List.of("-Xmx512m"), patient(directory));
        SlowContender.Bound bound = new SlowContender.Bound(OUTBOX_BYTES_MAX + FRAME_BYTES, node::overflows);
        return new SlowContender(node, load, Optional.of(bound));
    }
}
