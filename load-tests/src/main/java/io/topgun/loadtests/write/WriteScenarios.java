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
    private static final List<Metric> RATIOS = List.of(Metric.RATE, Metric.CPU);
    private static final List<Metric> COLUMNS_OF_SCALE = List.of(
            Metric.RATE,
            Metric.P50,
            Metric.CPU,
            Metric.CPU_OF_REST,
            Metric.CPU_AT_REST,
            Metric.GENERATOR,
            Metric.MEMORY);
    private static final String LOAD =
            WriteLoad.CONNECTIONS + " writers, values of about 150 bytes, random keys out of " + Batches.KEYS;

    private static final String REDIS = "redis";
    private static final String OLD = "topgun 2.2.0";
    private static final String HAZELCAST = "hazelcast";
    private static final String ROCKSDB = "rocksdbjni";
    private static final String SYNC = "fdatasync";
    /** A client of Hazelcast has one connection for all its writers; a page or a service of ours has one too. */
    private static final int SHARED_SOCKETS = 8;
    /** With so many, the replicas of three nodes gather several operations at a time, as those of a lone node do with fewer. */
    private static final int MANY = 512;

    private WriteScenarios() {}

    /** {@code write}: durable. */
    public static Scenario<?> write() {
        WriteLoad quarter = WriteLoad.quarter(10);
        return new Scenario<>(
                "write",
                "durable writes, synced before the acknowledgement but for " + OLD + "; " + LOAD,
                List.of(WriteLoad.closed(1), WriteLoad.closed(10), WriteLoad.closed(32), quarter),
                List.of(
                        ours("level PERSISTED, a WebSocket for each writer", Level.PERSISTED, WriteLoad.CONNECTIONS),
                        redis("appendonly, appendfsync always, pipelines of the same size; memory with a log", true),
                        old(
                                "redb; acknowledged before it is on disk; on few processors it stops answering for good"
                                        + " after seconds, and is left out then",
                                true),
                        new Entrant<>(
                                "replicas",
                                "ours without sockets and codec; the making of the batches is in its CPU time",
                                ReplicaContender::new),
                        rocksDb(),
                        new Entrant<>(
                                SYNC,
                                "the line for latency: one writer appends a frame to a file and syncs it",
                                directory -> new StoreContender(new SyncStore(directory)))),
                COLUMNS,
                RATIOS,
                List.of(
                        Goal.atLeast(3, Metric.RATE, OLD, WriteLoad.closed(10)),
                        Goal.atLeast(4, Metric.RATE, OLD, WriteLoad.closed(32)),
                        Goal.atLeast(2, Metric.RATE, REDIS, WriteLoad.closed(10)),
                        Goal.atLeast(2, Metric.RATE, REDIS, WriteLoad.closed(32)),
                        Goal.atMost(13, Metric.CPU, WriteLoad.closed(10)),
                        Goal.atMost(6, Metric.CPU, WriteLoad.closed(32)),
                        Goal.atMost(3, Metric.P50, SYNC, quarter)));
    }

    /** {@code write-memory}: acknowledged from memory. */
    public static Scenario<?> memory() {
        return new Scenario<>(
                "write-memory",
                "writes acknowledged from memory; " + LOAD,
                List.of(WriteLoad.closed(1), WriteLoad.closed(32)),
                List.of(
                        ours(
                                "level APPLIED, " + SHARED_SOCKETS + " WebSockets; its journal is written all the same",
                                Level.APPLIED,
                                SHARED_SOCKETS),
                        new Entrant<>(
                                HAZELCAST,
                                "5.7.0, one member, no backup, one client: setAsync, putAllAsync",
                                directory -> new StoreContender(new HazelcastStore(directory, 1))),
                        redis("no log; 64 connections", false),
                        old("null store; 64 connections", false)),
                COLUMNS,
                RATIOS,
                List.of(
                        Goal.atLeast(1, Metric.RATE, HAZELCAST, WriteLoad.closed(1)),
                        Goal.atLeast(2, Metric.RATE, HAZELCAST, WriteLoad.closed(32))));
    }

    /** {@code write-replicated}: three nodes, acknowledged when two have it. */
    public static Scenario<?> replicated() {
        return new Scenario<>(
                "write-replicated",
                "writes to three nodes, acknowledged when two have them; " + LOAD,
                List.of(WriteLoad.closed(1), WriteLoad.closed(10), WriteLoad.closed(32)),
                List.of(
                        new Entrant<>(
                                Entrant.OURS,
                                "three nodes, level REPLICATED: synced on two; " + SHARED_SOCKETS + " WebSockets",
                                directory -> new StoreContender(
                                        new TopGunStore(directory, Level.REPLICATED, SHARED_SOCKETS, 3))),
                        new Entrant<>(
                                HAZELCAST,
                                "5.7.0, three members, one synced backup, in memory; one client",
                                directory -> new StoreContender(new HazelcastStore(directory, 3)))),
                COLUMNS,
                RATIOS,
                List.of(
                        Goal.atLeast(1, Metric.RATE, HAZELCAST, WriteLoad.closed(1)),
                        Goal.atLeast(1, Metric.RATE, HAZELCAST, WriteLoad.closed(10)),
                        Goal.atLeast(1, Metric.RATE, HAZELCAST, WriteLoad.closed(32))));
    }

    /** {@code scale}: what an operation costs all nodes together. */
    public static Scenario<?> scale() {
        return new Scenario<>(
                "scale",
                "writes to clusters of one, three and five nodes, a partition on three of them at most; CPU time and"
                        + " memory of all nodes together, at rest measured in front of each turn; " + LOAD,
                List.of(
                        WriteLoad.closed(1),
                        WriteLoad.closed(10),
                        WriteLoad.closed(32),
                        WriteLoad.closed(10).by(MANY)),
                List.of(
                        nodes(Entrant.OURS, 3, "level REPLICATED: synced on two"),
                        nodes("one node", 1, "level PERSISTED"),
                        nodes("five nodes", 5, "level REPLICATED: synced on two")),
                COLUMNS_OF_SCALE,
                RATIOS,
                List.of());
    }

    private static Entrant<WriteLoad> nodes(String name, int count, String level) {
        Level wanted = count == 1 ? Level.PERSISTED : Level.REPLICATED;
        return new Entrant<>(
                name,
                "nodes: " + count + ", " + level + "; " + MANY + " WebSockets",
                directory -> new AtRest(new TopGunStore(directory, wanted, MANY, count)));
    }

    /** A part of {@link #write} for every test run, with floors far below what is usual. */
    public static Scenario<?> smoke() {
        WriteLoad load = WriteLoad.closed(10);
        return new Scenario<>(
                "write",
                "durable writes; " + LOAD,
                List.of(load),
                List.of(ours("level PERSISTED", Level.PERSISTED, WriteLoad.CONNECTIONS), rocksDb()),
                COLUMNS,
                RATIOS,
                List.of(Goal.atLeast(0.05, Metric.RATE, ROCKSDB, load), Goal.atMost(20, Metric.CPU, ROCKSDB, load)));
    }

    private static Entrant<WriteLoad> ours(String remark, Level level, int sockets) {
        return new Entrant<>(
                Entrant.OURS,
                "one node, " + remark,
                directory -> new StoreContender(new TopGunStore(directory, level, sockets, 1)));
    }

    private static Entrant<WriteLoad> redis(String remark, boolean synced) {
        return new Entrant<>(REDIS, remark, directory -> new StoreContender(new RedisStore(directory, synced)));
    }

    private static Entrant<WriteLoad> old(String remark, boolean durable) {
        return new Entrant<>(OLD, remark, directory -> new StoreContender(new OldTopGunStore(directory, durable)));
    }

    private static Entrant<WriteLoad> rocksDb() {
        return new Entrant<>(
                ROCKSDB,
                "the line: a synced WriteBatch for each frame, in the generator's process",
                directory -> new StoreContender(new RocksStore(directory)));
    }
}
