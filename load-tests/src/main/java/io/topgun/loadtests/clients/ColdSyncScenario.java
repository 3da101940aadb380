package io.topgun.loadtests.clients;

import io.topgun.loadtests.bench.Entrant;
import io.topgun.loadtests.bench.Goal;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.MissingPeer;
import io.topgun.loadtests.bench.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** {@code cold-sync}: a client that has nothing gets every row. */
public final class ColdSyncScenario {
    private static final String Y_WEBSOCKET = "y-websocket";
    private static final String RXDB = "rxdb";
    private static final String ZERO = "zero";

    private ColdSyncScenario() {}

    /** Starts a server that has so many rows. */
    @FunctionalInterface
    private interface Serving {
        RowServer start(Path directory, int rows) throws IOException, InterruptedException, MissingPeer;
    }

    /** With so many rows. */
    public static Scenario<?> create(int rows) {
        return new Scenario<>(
                "cold-sync",
                rows
                        + " rows of four fields, some 110 bytes as JSON, to a client in a new Node process that keeps them in"
                        + " memory; operations are rows, from the making of the client until it says that it has all",
                List.of(rows),
                List.of(
                        entrant(
                                Entrant.OURS,
                                "the SDK as it is built, a map of objects; one node, which has them on disk",
                                RowServer::topgun,
                                rows),
                        entrant(
                                Y_WEBSOCKET,
                                "y-websocket 3.1.0, yjs 13.6.33, @y/websocket-server 0.1.1: a Y.Map; the server has it"
                                        + " in memory",
                                RowServer::yjs,
                                rows),
                        entrant(
                                RXDB,
                                "rxdb 17.6.0, memory storage and replication-websocket in batches of 10,000; the server"
                                        + " has them in memory",
                                RowServer::rxdb,
                                rows),
                        entrant(
                                ZERO,
                                "Zero 1.9.0 with Node 24, PostgreSQL with wal_level=logical and one sync worker in a network"
                                        + " namespace, and the client there; one query of all, kvStore mem; on disk",
                                ZeroServer::start,
                                rows)),
                List.of(Metric.RATE, Metric.SECONDS, Metric.BYTES, Metric.CLIENT_CPU, Metric.CPU, Metric.MEMORY),
                List.of(Metric.RATE, Metric.CLIENT_CPU, Metric.CPU, Metric.BYTES),
                List.of(
                        Goal.atLeast(3, Metric.RATE, Y_WEBSOCKET, rows),
                        Goal.atLeast(3, Metric.RATE, RXDB, rows),
                        Goal.atLeast(3, Metric.RATE, ZERO, rows)));
    }

    private static Entrant<Integer> entrant(String who, String remark, Serving serving, int rows) {
        return new Entrant<>(
                who, remark, directory -> new ColdSyncContender(who, serving.start(directory, rows), rows));
    }
}
