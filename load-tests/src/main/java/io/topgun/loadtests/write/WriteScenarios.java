package io.topgun.loadtests.write;

import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Scenario;
import io.topgun.protocol.Level;
import java.util.List;

/** The scenarios in which many connections write. */
public final class WriteScenarios {
    private static final List<Metric> COLUMNS =
            List.of(Metric.RATE, Metric.P50, Metric.P99, Metric.CPU, Metric.GENERATOR, Metric.MEMORY, Metric.BYTES);
    private static final String REDIS = "redis";
    private static final String ROCKSDB = "rocksdbjni";
    private static final String SYNC = "fdatasync";

    private WriteScenarios() {}

    /** {@code write}: durable. */
    public static Scenario<?> write() {
        WriteLoad quarter = WriteLoad.quarter(10);
        return new Scenario<>(
                "write",
                "durable writes, synced before the acknowledgement; " + WriteLoad.CONNECTIONS
                        + " connections, values of about 150 bytes, random keys out of " + Batches.KEYS,
                List.of(WriteLoad.closed(1), WriteLoad.closed(10), WriteLoad.closed(32), quarter),
                List.of(
                        new Entrant<>(
                                Entrant.OURS,
                                "one node, level PERSISTED, a WebSocket for each connection",
                                directory -> new StoreContender(
                                        new TopGunStore(directory, Level.PERSISTED, WriteLoad.CONNECTIONS))),
                        new Entrant<>(
                                REDIS,
                                "appendonly, appendfsync always, pipelines of the same size; memory with a log",
                                directory -> new StoreContender(new RedisStore(directory))),
                        new Entrant<>(
                                "replicas",
                                "ours without sockets and codec; the making of the batches is in its CPU time",
                                ReplicaContender::new),
                        new Entrant<>(
                                ROCKSDB,
                                "the line: a synced WriteBatch for each frame, in the generator's process",
                                directory -> new StoreContender(new RocksStore(directory))),
                        new Entrant<>(
                                SYNC,
                                "the line for latency: one writer appends a frame to a file and syncs it",
                                directory -> new StoreContender(new SyncStore(directory)))),
                COLUMNS,
                List.of(Metric.RATE, Metric.CPU),
                List.of(
                        Goal.atLeast(2, Metric.RATE, REDIS, WriteLoad.closed(10)),
                        Goal.atLeast(2, Metric.RATE, REDIS, WriteLoad.closed(32)),
                        Goal.atMost(13, Metric.CPU, WriteLoad.closed(10)),
                        Goal.atMost(6, Metric.CPU, WriteLoad.closed(32)),
                        Goal.atMost(3, Metric.P50, SYNC, quarter)));
    }
}
