package io.topgun.node.lines;

import io.topgun.crdt.Cell;
import io.topgun.crdt.Partitions;
import io.topgun.node.clock.ClockSettings;
import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.DistributedDirectory;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.Replicas;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.InHand;
import io.topgun.node.partition.LocalReplicas;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.Peers;
import io.topgun.node.partition.ReadReply;
import io.topgun.node.partition.ReplicaPorts;
import io.topgun.node.partition.ReplicaSettings;
import io.topgun.node.partition.SipHash;
import io.topgun.node.partition.Submission;
import io.topgun.node.placement.SlotKeeper;
import io.topgun.node.settings.NodeSettings;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import io.topgun.protocol.Prefixes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/**
 * The partition replicas of a node without gateway and sockets, for {@code ./topgun bench write}. It
 * takes commands on its input: {@code run OPS_PER_BATCH MILLISECONDS} and {@code prove}.
 */
public final class ReplicaMain {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final ActorSystem<Void> system;
    private final LocalReplicas replicas = new LocalReplicas();
    private final AtomicReferenceArray<Cell> acknowledged = new AtomicReferenceArray<>(LineWrites.KEYS);
    private final List<LineWrites> connections = new ArrayList<>();

    private ReplicaMain(NodeSettings settings, int connectionCount) {
        system = ActorSystem.create(Behaviors.empty(), "topgun", settings.config());
        Cluster cluster = Cluster.get(system);
        UniqueAddress address = cluster.selfMember().uniqueAddress();
        NodeId self = new NodeId(address.address().toString(), address.longUid());
        DistributedDirectory directory =
                DistributedDirectory.start(system, new NodeInfo(self, 1, 1, "", true, false, Replicas.NONE));
        cluster.manager().tell(Join.create(address.address()));
        ReplicaPorts ports = new ReplicaPorts(
                NodeClock.system(ClockSettings.of(settings.section("clock"))),
                SipHash.random(),
                replicas,
                Optional::empty,
                directory,
                Peers.NONE,
                Level.PERSISTED,
                new InHand(),
                change -> {});
        ReplicaSettings replicaSettings = ReplicaSettings.of(settings.section("replica"));
        system.systemActorOf(
                SlotKeeper.create(settings.cluster(), replicaSettings, ports, directory), "slot-keeper", Props.empty());
        for (int i = 0; i < connectionCount; i++) {
            connections.add(new LineWrites(i));
        }
    }

    /** Runs until its input ends: {@code ReplicaMain DIRECTORY CONNECTIONS}. */
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        PrintStream out = System.out;
        NodeSettings settings = NodeSettings.load(Optional.empty(), Map.of("topgun.data-dir", args[0]));
        ReplicaMain line = new ReplicaMain(settings, Integer.parseInt(args[1]));
        line.replicas.whenAllLive().toCompletableFuture().get();
        out.println("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            String[] words = command.split(" ", -1);
            out.println(
                    words[0].equals("run")
                            ? line.run(Integer.parseInt(words[1]), Long.parseLong(words[2]))
                            : line.prove());
        }
        line.system.terminate();
    }

    /** What a connection counted. */
    private record Counted(long ops, List<Long> nanos) {}

    private String run(int opsPerBatch, long milliseconds) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        long end = start + milliseconds * 1_000_000;
        List<Future<Counted>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (LineWrites writes : connections) {
                running.add(threads.submit(() -> write(writes, opsPerBatch, end)));
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long ops = 0;
        List<Long> nanos = new ArrayList<>();
        for (Future<Counted> one : running) {
            ops += one.get().ops();
            nanos.addAll(one.get().nanos());
        }
        nanos.sort(null);
        return String.format(
                Locale.ROOT,
                "done %d %.6f %.1f %.1f %.1f",
                ops,
                seconds,
                nanos.get(nanos.size() / 2) / 1e3,
                nanos.get(nanos.size() * 99 / 100) / 1e3,
                bytesPerOp());
    }

    private Counted write(LineWrites writes, int opsPerBatch, long end)
            throws InterruptedException, ExecutionException {
        long count = 0;
        List<Long> nanos = new ArrayList<>();
        while (System.nanoTime() < end) {
            List<Op> ops = writes.next(opsPerBatch);
            long sent = System.nanoTime();
            submit(ops).get();
            nanos.add(System.nanoTime() - sent);
            count += ops.size();
            for (Op op : ops) {
                acknowledged.accumulateAndGet(
                        (int) op.id(), op.delta(), (now, delta) -> now == null ? delta : now.merge(delta));
            }
        }
        return new Counted(count, nanos);
    }

    private Future<Void> submit(List<Op> ops) {
        Map<Integer, List<Op>> byPartition = new HashMap<>();
        for (Op op : ops) {
            byPartition
                    .computeIfAbsent(Partitions.of(op.key()), none -> new ArrayList<>())
                    .add(op);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        Submission submission = new Submission(byPartition.size(), Level.PERSISTED, all -> {
            if (all.rejections().isEmpty()) {
                done.complete(null);
            } else {
                done.completeExceptionally(new IllegalStateException("Refused: " + all.rejections()));
            }
        });
        byPartition.forEach(
                (partition, some) -> live(partition).inbox().submit(new Apply(some, Long.MAX_VALUE, submission)));
        return done;
    }

    private LocalReplicas.Live live(int partition) {
        return replicas.of(partition).orElseThrow(() -> new IllegalStateException("No replica of " + partition));
    }

    private static double bytesPerOp() {
        CellCodec codec = new CellCodec();
        List<Op> some = new LineWrites(0).next(1_000);
        long bytes = 0;
        for (Op op : some) {
            bytes += codec.canonical(op.key(), op.delta()).length;
        }
        return bytes / (double) some.size();
    }

    /** Digest of all acknowledged writes, and that of all replicas. */
    private String prove() throws InterruptedException, ExecutionException {
        CellCodec codec = new CellCodec();
        long expected = 0;
        for (int i = 0; i < LineWrites.KEYS; i++) {
            Cell cell = acknowledged.get(i);
            expected ^= cell == null ? 0 : codec.hash(LineWrites.key(i), cell);
        }
        long found = 0;
        for (String map : LineWrites.MAPS) {
            for (int partition = 0; partition < Partitions.COUNT; partition++) {
                found ^= digest(map, partition);
            }
        }
        return "proof " + Long.toHexString(expected) + " " + Long.toHexString(found);
    }

    private long digest(String map, int partition) throws InterruptedException, ExecutionException {
        CompletionStage<ReadReply> reply = AskPattern.ask(
                live(partition).ref(),
                replyTo -> new PartitionReplica.ReadDigests(0, map, 0, Prefixes.WIDTH_MAX, replyTo),
                ANSWER,
                system.scheduler());
        return ((ReadReply.Digests) reply.toCompletableFuture().get()).digests()[0];
    }
}
