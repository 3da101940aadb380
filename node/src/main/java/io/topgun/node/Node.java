package io.topgun.node;

import com.typesafe.config.Config;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.topgun.crdt.Partitions;
import io.topgun.node.clock.ClockSettings;
import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.Replicas;
import io.topgun.node.cluster.SoleDirectory;
import io.topgun.node.gateway.HttpServer;
import io.topgun.node.gateway.SessionSettings;
import io.topgun.node.gateway.SyncRoute;
import io.topgun.node.hub.Hub;
import io.topgun.node.partition.LocalReplicas;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.Peers;
import io.topgun.node.partition.ReplicaSettings;
import io.topgun.node.partition.SipHash;
import io.topgun.node.partition.SlotKeeper;
import io.topgun.node.settings.NodeSettings;
import io.topgun.persistence.rocksdb.RocksPersistence;
import io.topgun.protocol.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/** A running node: wires the parts together and knows whether they are ready. */
final class Node {
    private static final Duration CLOCK_EVERY = Duration.ofSeconds(1);

    private final SessionSettings sessionSettings;
    private final ReplicaSettings replicaSettings;
    private final ActorSystem<Void> system;
    private final NodeClock clock;
    private final LocalReplicas replicas = new LocalReplicas();
    private final RocksPersistence store;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Node(NodeSettings settings) {
        sessionSettings = sessionSettings(settings);
        replicaSettings = ReplicaSettings.of(settings.section("replica"));
        clock = NodeClock.system(ClockSettings.of(settings.section("clock")));
        system = ActorSystem.create(Behaviors.empty(), "topgun", settings.config());
        store = RocksPersistence.get(system);
    }

    /** Starts a node; the stage completes with its address once every partition is recovered. */
    static CompletionStage<InetSocketAddress> start(NodeSettings settings) {
        Node node = new Node(settings);
        return node.run(settings);
    }

    private CompletionStage<InetSocketAddress> run(NodeSettings settings) {
        bindMetrics();
        system.scheduler().scheduleAtFixedRate(CLOCK_EVERY, CLOCK_EVERY, clock::watch, system.executionContext());
        ActorRef<Hub.Command> hub = system.systemActorOf(Hub.create(), "hub", Props.empty());
        SyncRoute sync = new SyncRoute(
                sessionSettings,
                settings.allowedOrigins(),
                new SyncRoute.Identity(
                        Long.toHexString(store.storeId()), store.storeId(), store.incarnation(), level(settings)),
                replicas,
                hub,
                clock,
                registry);
        // The port first: a node that cannot listen should say so before it recovers anything.
        return new HttpServer(sync, this::whyNotReady, registry, settings.pageDir(), settings.tokens())
                .bind(system, settings.httpHost(), settings.httpPort())
                .thenCompose(binding -> {
                    startReplicas(settings, hub);
                    return replicas.whenAllLive().thenApply(live -> binding.localAddress());
                });
    }

    private void startReplicas(NodeSettings settings, ActorRef<Hub.Command> hub) {
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        ActorRef<ShardingEnvelope<PartitionReplica.Command>> region = SlotKeeper.startRegion(
                system,
                replicaSettings,
                new PartitionReplica.Ports(
                        clock,
                        SipHash.random(),
                        replicas,
                        this::storeFault,
                        new SoleDirectory(self(settings)),
                        Peers.NONE,
                        level(settings),
                        change -> hub.tell(new Hub.Published(change))));
        system.systemActorOf(SlotKeeper.create(region, replicas), "slot-keeper", Props.empty());
    }

    private NodeInfo self(NodeSettings settings) {
        UniqueAddress address = Cluster.get(system).selfMember().uniqueAddress();
        return new NodeInfo(
                new NodeId(address.address().toString(), address.longUid()),
                store.storeId(),
                store.incarnation(),
                "http://" + settings.httpHost() + ":" + settings.httpPort(),
                true,
                false,
                Replicas.NONE);
    }

    /** What the journal confirms is synced, unless the operator said that it need not be. */
    private static Level level(NodeSettings settings) {
        return settings.config().getBoolean(RocksPersistence.CONFIG + ".sync") ? Level.PERSISTED : Level.APPLIED;
    }

    private Optional<String> whyNotReady() {
        // The store first: when it fails, the replicas leave one by one and would hide why.
        return storeFault().or(clock::fault).or(this::whyNotAllLive);
    }

    private Optional<String> storeFault() {
        return store.health().failure().map(failure -> "the store takes no writes: " + failure);
    }

    private Optional<String> whyNotAllLive() {
        return replicas.areAllLive()
                ? Optional.empty()
                : Optional.of(replicas.liveCount() + " of " + Partitions.COUNT + " partitions are live");
    }

    private void bindMetrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        registry.gauge("topgun.replicas.live", replicas, LocalReplicas::liveCount);
        registry.gauge("topgun.clock.trusted", clock, c -> c.fault().isEmpty() ? 1 : 0);
        registry.gauge("topgun.store.writable", store, s -> s.health().isWritable() ? 1 : 0);
        registry.gauge("topgun.store.writes.waiting", store, s -> s.health().waitingWrites());
    }

    private static SessionSettings sessionSettings(NodeSettings settings) {
        Config session = settings.section("session");
        return new SessionSettings(
                settings.limits(),
                settings.tokens(),
                Math.toIntExact(session.getBytes("frame-bytes")),
                Math.toIntExact(session.getBytes("chunk-bytes")),
                Math.toIntExact(session.getBytes("outbox-bytes-max")),
                session.getInt("inflight-ops-max"),
                session.getInt("reads-max"),
                session.getDuration("hello-timeout"),
                session.getDuration("idle-timeout"));
    }
}
