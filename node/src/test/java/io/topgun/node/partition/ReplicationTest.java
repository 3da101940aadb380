package io.topgun.node.partition;

import static io.topgun.node.partition.Histories.value;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.Stamp;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three real replicas of a partition with what happens to nodes and links. */
@Timeout(120)
class ReplicationTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path dir;

    private ReplicaCluster cluster(Map<String, Object> more) {
        Map<String, Object> overrides = new HashMap<>(Map.of(
                "topgun.replica.snapshot-every-events", 40,
                "topgun.replica.replication.ask-again", "300ms",
                "topgun.replica.replication.compare-every", "1s",
                "topgun.replica.replication.replicate-timeout", "20s"));
        overrides.putAll(more);
        ReplicaCluster cluster = new ReplicaCluster(dir, 3, overrides);
        cluster.awaitLive();
        return cluster;
    }

    private static void fill(ReplicaCluster.Machine machine, String prefix, int count) {
        List<CompletableFuture<Submission>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(machine.write(Level.REPLICATED, prefix + i, value(1_000 + i, i % 24)));
        }
        all.forEach(one -> assertEquals(Level.REPLICATED, one.join().level()));
    }

    @Test
    void shouldHaveEverywhereWhatIsWrittenAnywhere() {
        try (ReplicaCluster cluster = cluster(Map.of())) {
            for (ReplicaCluster.Machine machine : cluster.machines) {
                fill(machine, "from" + machine.index + "-", 50);
            }
            cluster.awaitEqual();
            assertEquals(150, cluster.machines.getFirst().content().size());
            for (ReplicaCluster.Machine machine : cluster.machines) {
                assertEquals(0, machine.metrics().notReplicated());
            }
        }
    }

    @Test
    void shouldTellTheLowerLevelWhenNoOtherReplicaAnswersInTime() {
        try (ReplicaCluster cluster = cluster(Map.of("topgun.replica.replication.replicate-timeout", "500ms"))) {
            ReplicaCluster.Machine first = cluster.machines.getFirst();
            fill(first, "k", 3);
            cluster.lose(message -> message instanceof Replication.Shipment);
            assertEquals(
                    Level.PERSISTED,
                    first.write(Level.REPLICATED, "late", value(5, 1)).join().level());
            assertEquals(
                    Level.PERSISTED,
                    first.write(Level.PERSISTED, "soon", value(5, 1)).join().level());
            CompletableFuture<Submission> again = first.write(Level.REPLICATED, "late", value(5, 1));
            assertEquals(Level.PERSISTED, again.join().level(), "without effect, and nobody else has it");
            cluster.heal();
            await().atMost(ReplicaCluster.WAIT)
                    .until(() -> first.write(Level.REPLICATED, "late", value(5, 1))
                                    .join()
                                    .level()
                            == Level.REPLICATED);
            cluster.awaitEqual();
        }
    }

    @Test
    void shouldAnswerAtOnceWhatItHasWhenItIsAlone() {
        try (ReplicaCluster cluster = cluster(Map.of("topgun.replica.replication.replicate-timeout", "1h"))) {
            cluster.lose(message -> message instanceof Replication.Follow);
            CompletableFuture<Submission> waiting =
                    cluster.machines.getFirst().write(Level.REPLICATED, "k", value(5, 1));
            cluster.isolate(0);
            assertEquals(Level.PERSISTED, waiting.join().level());
        }
    }

    /** By field, by element and by count: what two sides wrote in a split is all there. */
    @Test
    void shouldHaveAllOfBothSidesAfterASplit() {
        try (ReplicaCluster cluster = cluster(Map.of())) {
            ReplicaCluster.Machine left = cluster.machines.get(0);
            ReplicaCluster.Machine right = cluster.machines.get(1);
            cluster.isolate(0);
            for (ReplicaCluster.Machine machine : List.of(left, right)) {
                Stamp stamp = Stamp.of(5, 0, "w" + machine.index);
                byte[] one = {1};
                machine.write(
                                Level.PERSISTED,
                                List.of(
                                        new Op(
                                                1,
                                                "m",
                                                "fields",
                                                FieldsCell.update(stamp, new String[] {"f" + machine.index}, one)),
                                        new Op(2, "m", "set", OrCell.add(stamp, one)),
                                        new Op(3, "n", "counter", CounterCell.share(stamp, 5, 0)),
                                        new Op(
                                                4,
                                                "n",
                                                "clash",
                                                machine == left
                                                        ? value(9, 1)
                                                        : FieldsCell.set(
                                                                stamp, Life.FOREVER, new String[] {"f"}, one))))
                        .join();
            }
            cluster.heal();
            cluster.awaitEqual();
            assertEquals(2, ((FieldsCell) left.cell("fields")).size());
            assertEquals(2, ((OrCell) left.cell("set")).tags().size());
            assertEquals(10, ((CounterCell) left.cell("counter")).value());
            assertEquals(value(9, 1), left.cell("clash"));
        }
    }

    @Test
    void shouldReadOnceWhatItMissedWhenANodeComesBack() {
        try (ReplicaCluster cluster = cluster(Map.of())) {
            ReplicaCluster.Machine last = cluster.machines.get(2);
            fill(cluster.machines.get(0), "before", 2_000);
            cluster.awaitEqual();
            last.kill();
            long before = cluster.machines.get(1).metrics().shippedBytes();
            fill(cluster.machines.get(0), "while-away", 500);
            long missed = cluster.machines.get(1).metrics().shippedBytes() - before;
            last.start();
            last.awaitLive();
            cluster.awaitEqual();
            long shipped = last.metrics().shippedBytes();
            assertTrue(shipped < missed * 3 / 2, shipped + " bytes shipped for " + missed);
            assertTrue(
                    last.metrics().repairedCells() <= 50,
                    "repaired " + last.metrics().repairedCells());
        }
    }

    @Test
    void shouldFillAnEmptyDiskWhileWritesGoOn() {
        try (ReplicaCluster cluster = cluster(Map.of("topgun.replica.replication.shipment-bytes", "2 KiB"))) {
            ReplicaCluster.Machine last = cluster.machines.get(2);
            fill(cluster.machines.get(0), "before", 1_000);
            last.kill();
            last.wipe();
            last.start();
            List<CompletableFuture<Submission>> all = new ArrayList<>();
            for (int i = 0; last.state() != ReplicaState.LIVE || i < 200; i++) {
                ReplicaCluster.Machine machine = cluster.machines.get(i % 3);
                all.add(machine.write(Level.PERSISTED, "k" + i, value(2_000 + i, i % 24)));
            }
            all.forEach(one -> assertEquals(List.of(), one.join().rejections()));
            cluster.awaitEqual();
            assertEquals(1_000 + all.size(), last.content().size());
        }
    }

    @Test
    void shouldHandOverWhatOnlyItHasBeforeItStops() {
        try (ReplicaCluster cluster = cluster(Map.of(
                "topgun.replica.replication.replicate-timeout", "500ms",
                "topgun.replica.replication.hand-over-timeout", "1h"))) {
            ReplicaCluster.Machine first = cluster.machines.getFirst();
            cluster.lose(message -> message instanceof Replication.Shipment);
            assertEquals(
                    Level.PERSISTED,
                    first.write(Level.REPLICATED, "k", value(5, 1)).join().level());
            first.handOver();
            await().atMost(ReplicaCluster.WAIT)
                    .until(() -> first.running()
                            .replicas
                            .of(ReplicaCluster.PARTITION)
                            .isEmpty());
            assertTrue(first.hasReplica(), "waits for another one");
            cluster.heal();
            await().atMost(ReplicaCluster.WAIT).until(() -> !first.hasReplica());
            assertEquals(ReplicaState.STORED, first.state());
            await().atMost(ReplicaCluster.WAIT)
                    .until(() -> cluster.machines.get(1).content().size()
                                    + cluster.machines.get(2).content().size()
                            > 0);
        }
    }

    /** Nothing that was REPLICATED is lost, and all end equal, whatever happens on the way. */
    @Test
    void shouldLoseNothingReplicatedWhileNodesAndLinksFail() {
        try (ReplicaCluster cluster = cluster(Map.of())) {
            Random random = new Random(4);
            cluster.lose(0.1);
            Set<String> replicated = new HashSet<>();
            for (int round = 0; round < 12; round++) {
                ReplicaCluster.Machine victim = cluster.machines.get(random.nextInt(3));
                boolean isKilled = random.nextBoolean();
                if (isKilled) {
                    victim.kill();
                } else {
                    cluster.isolate(victim.index);
                }
                write(cluster, round, replicated);
                if (isKilled) {
                    victim.start();
                } else {
                    cluster.heal();
                    cluster.lose(0.1);
                }
                write(cluster, round + 100, replicated);
            }
            cluster.heal();
            cluster.awaitLive();
            cluster.awaitEqual();
            Set<String> keys = new HashSet<>();
            cluster.machines.getFirst().content().forEach(entry -> keys.add(entry.key()));
            assertTrue(replicated.size() > 100, "only " + replicated.size() + " writes were replicated");
            replicated.removeAll(keys);
            assertEquals(Set.of(), replicated);
        }
    }

    private static void write(ReplicaCluster cluster, int round, Set<String> replicated) {
        Map<String, CompletableFuture<Submission>> all = new HashMap<>();
        for (ReplicaCluster.Machine machine : cluster.machines) {
            for (int i = 0; machine.isRunning() && i < 20; i++) {
                String key = round + "/" + machine.index + "/" + i;
                all.put(key, machine.write(Level.REPLICATED, key, value(1_000 + round, i % 24)));
            }
        }
        all.forEach((key, done) -> {
            Submission submission = done.join();
            if (submission.rejections().isEmpty() && submission.level() == Level.REPLICATED) {
                replicated.add(key);
            }
        });
    }
}
