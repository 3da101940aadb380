package io.topgun.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.Directory;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.node.partition.LocalReplicas;
import io.topgun.node.partition.ReplicationMetrics;
import io.topgun.persistence.rocksdb.RocksPersistence;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What a node tells of itself in {@code /metrics}, but for its sessions. */
final class NodeMetrics {
    private final MeterRegistry registry;

    private NodeMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    static void bind(
            MeterRegistry registry,
            LocalReplicas replicas,
            NodeClock clock,
            RocksPersistence store,
            Directory directory) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        registry.gauge("topgun.replicas.live", replicas, LocalReplicas::liveCount);
        registry.gauge("topgun.clock.trusted", clock, c -> c.fault().isEmpty() ? 1 : 0);
        registry.gauge("topgun.store.writable", store, s -> s.health().isWritable() ? 1 : 0);
        registry.gauge("topgun.store.writes.waiting", store, s -> s.health().waitingWrites());
        NodeMetrics metrics = new NodeMetrics(registry);
        metrics.bind(store);
        metrics.bind(directory);
        metrics.bind(replicas.metrics());
    }

    private void bind(RocksPersistence store) {
        count("topgun.store.commits", Tags.empty(), store, s -> s.stats().commits());
        count("topgun.store.writes", Tags.empty(), store, s -> s.stats().writes());
        count("topgun.store.bytes", Tags.empty(), store, s -> s.stats().bytes());
    }

    private void bind(Directory directory) {
        registry.gauge("topgun.nodes", directory, d -> d.view().nodes().size());
        registry.gauge(
                "topgun.nodes.reachable",
                directory,
                d -> d.view().nodes().stream().filter(NodeInfo::isReachable).count());
        for (ReplicaState state : ReplicaState.values()) {
            registry.gauge(
                    "topgun.replicas",
                    Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
                    directory,
                    d -> d.view().own(own -> own == state));
        }
        // Fewer than two: the next fault could cost a write that was acknowledged before its siblings had it.
        for (int live = 0; live < 3; live++) {
            int count = live;
            registry.gauge(
                    "topgun.partitions",
                    Tags.of("live", Integer.toString(live)),
                    directory,
                    d -> ClusterView.partitions(partition ->
                            d.view().count(partition, state -> state == ReplicaState.LIVE) == count));
        }
    }

    private void bind(ReplicationMetrics replication) {
        registry.gauge("topgun.replication.lag", replication, ReplicationMetrics::lag);
        count("topgun.replication.shipped.bytes", Tags.empty(), replication, ReplicationMetrics::shippedBytes);
        count("topgun.replication.comparisons", Tags.empty(), replication, ReplicationMetrics::comparisons);
        count("topgun.replication.repaired.cells", Tags.empty(), replication, ReplicationMetrics::repairedCells);
        count("topgun.replication.stale.cells", Tags.empty(), replication, ReplicationMetrics::staleCells);
        count("topgun.replication.kind.clashes", Tags.empty(), replication, ReplicationMetrics::kindClashes);
        count("topgun.replication.waits", Tags.of("result", "replicated"), replication, ReplicationMetrics::replicated);
        count("topgun.replication.waits", Tags.of("result", "timeout"), replication, ReplicationMetrics::notReplicated);
    }

    private <T> void count(String name, Tags tags, T of, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, of, value).tags(tags).register(registry);
    }
}
