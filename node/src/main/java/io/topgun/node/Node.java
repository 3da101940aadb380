package io.topgun.node;

import com.typesafe.config.Config;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.topgun.node.clock.ClockSettings;
import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.ClusterStatus;
import io.topgun.node.cluster.DistributedDirectory;
import io.topgun.node.cluster.Membership;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.Readiness;
import io.topgun.node.cluster.Replicas;
import io.topgun.node.cluster.Seeds;
import io.topgun.node.gateway.GridSettings;
import io.topgun.node.gateway.HttpRoutes;
import io.topgun.node.gateway.HttpServer;
import io.topgun.node.gateway.NodeGrid;
import io.topgun.node.gateway.RemoteWrites;
import io.topgun.node.gateway.SessionSettings;
import io.topgun.node.gateway.SyncRoute;
import io.topgun.node.hub.Here;
import io.topgun.node.hub.Hub;
import io.topgun.node.hub.SourceBoard;
import io.topgun.node.partition.InHand;
import io.topgun.node.partition.LocalReplicas;
import io.topgun.node.partition.PartitionReplica;
import io.topgun.node.partition.Peers;
import io.topgun.node.partition.RemotePeers;
import io.topgun.node.partition.ReplicaPorts;
import io.topgun.node.partition.ReplicaSettings;
import io.topgun.node.partition.SipHash;
import io.topgun.node.placement.SlotKeeper;
import io.topgun.node.settings.ClusterSettings;
import io.topgun.node.settings.NodeSettings;
import io.topgun.persistence.rocksdb.RocksPersistence;
import io.topgun.persistence.rocksdb.RocksReadJournal;
import io.topgun.protocol.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.javadsl.Sink;

/** A running node: wires the parts together and knows whether they are ready. */
final class Node {
    /** The exit code of a node that a supervisor is to start again. */
    private static final int DOWNED = 3;

    private static final Duration WATCH_EVERY = Duration.ofSeconds(1);

    private final SessionSettings sessionSettings;
    private final ReplicaSettings replicaSettings;
    private final GridSettings gridSettings;
    private final SourceBoard sources = new SourceBoard();
    private final ActorSystem<Void> system;
    private final NodeClock clock;
    private final LocalReplicas replicas = new LocalReplicas();
    private final InHand inHand = new InHand();
    private final RocksPersistence store;
    private final Membership membership;
    private final DistributedDirectory directory;
    private final Readiness readiness;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** As it was a moment ago: to ask the store is too slow for every operation. */
    private volatile boolean takesWrites = true;

    private Node(NodeSettings settings) {
        sessionSettings = sessionSettings(settings);
        replicaSettings = ReplicaSettings.of(settings.section("replica"));
        gridSettings = GridSettings.of(settings.section("gateway"));
        clock = NodeClock.system(ClockSettings.of(settings.section("clock")));
        system = ActorSystem.create(Behaviors.empty(), "topgun", settings.config());
        store = RocksPersistence.get(system);
        membership = new Membership(system);
        directory = DistributedDirectory.start(system, self(membership.self(), store));
        readiness = new Readiness(directory, settings.cluster().replicas());
    }

    /**
     * A node that serves.
     *
     * @param http the address for clients
     */
    record Started(InetSocketAddress http, Membership membership) {}

    /** Starts a node; the stage completes once its replicas are live. */
    static CompletionStage<Started> start(NodeSettings settings) {
        Node node = new Node(settings);
        return node.run(settings);
    }

    private CompletionStage<Started> run(NodeSettings settings) {
        NodeMetrics.bind(registry, replicas, clock, store, directory);
        // Not a daemon, or the JVM might come to its end, with 0, before this could end it with another code.
        new Thread(this::exitOnceDowned, "exit-once-downed").start();
        system.scheduler().scheduleAtFixedRate(WATCH_EVERY, WATCH_EVERY, this::watch, system.executionContext());
        Peers peers = RemotePeers.open(system, membership.self(), replicas);
        ActorRef<Hub.Command> hub = hub(peers);
        SyncRoute sync = new SyncRoute(
                system,
                sessionSettings,
                settings.allowedOrigins(),
                new SyncRoute.Identity(
                        Long.toHexString(store.storeId()), store.storeId(), store.incarnation(), level(settings)),
                directory,
                sources,
                grid(peers, hub),
                clock,
                registry);
        HttpRoutes routes = new HttpRoutes(
                this::whyNotReady,
                () -> new ClusterStatus(directory.view(), settings.cluster().replicas()),
                registry,
                settings.pageDir(),
                settings.tokens());
        // The port first: a node that cannot listen should say so before it recovers anything.
        return new HttpServer(sync, routes, settings.connectionsMax())
                .bind(system, settings.httpHost(), settings.httpPort())
                .thenCompose(address -> stored().thenCompose(stored -> {
                            directory.tell(settings.url(address.getPort()), stored);
                            startReplicas(settings, peers, hub);
                            return readiness.whenSettled().thenCompose(settled -> sources.whenWhole());
                        })
                        .thenApply(settled -> new Started(address, membership)));
    }

    private ActorRef<Hub.Command> hub(Peers peers) {
        Hub.Ports ports = new Hub.Ports(
                directory,
                Here.of(replicas),
                inHand,
                peers,
                Hub.of(system),
                Node::steadyMs,
                gridSettings.sourceGrace(),
                sources);
        return system.systemActorOf(Hub.create(ports), Hub.NAME, Props.empty());
    }

    private NodeGrid grid(Peers peers, ActorRef<Hub.Command> hub) {
        RemoteWrites.Ports ports =
                new RemoteWrites.Ports(directory, replicas, peers, () -> takesWrites, Node::steadyMs);
        ActorRef<RemoteWrites.Command> writes =
                system.systemActorOf(RemoteWrites.create(gridSettings, ports), "remote-writes", Props.empty());
        return new NodeGrid(new NodeGrid.Ports(directory, replicas, peers, hub, writes, clock, () -> takesWrites));
    }

    private void watch() {
        clock.watch();
        takesWrites = store.health().isWritable() && clock.fault().isEmpty();
    }

    private static long steadyMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void exitOnceDowned() {
        membership.whenEnded().toCompletableFuture().join();
        if (membership.isDowned()) {
            System.err.println(
                    "The cluster goes on without this node: it was not heard of for too long, or had no majority."
                            + " Start it again: it keeps what it has and catches up.");
            System.exit(DOWNED);
        }
    }

    /** The partitions that the disk has something of. */
    private CompletionStage<Set<Integer>> stored() {
        return PersistenceQuery.get(system)
                .getReadJournalFor(RocksReadJournal.class, RocksReadJournal.IDENTIFIER)
                .currentPersistenceIds()
                .map(PartitionReplica::partition)
                .runWith(Sink.seq(), system)
                .thenApply(Set::copyOf);
    }

    private void startReplicas(NodeSettings settings, Peers peers, ActorRef<Hub.Command> hub) {
        ReplicaPorts ports = new ReplicaPorts(
                clock,
                SipHash.random(),
                replicas,
                this::storeFault,
                directory,
                peers,
                level(settings),
                inHand,
                change -> hub.tell(new Hub.Published(change)));
        system.systemActorOf(
                SlotKeeper.create(settings.cluster(), replicaSettings, ports, directory), "slot-keeper", Props.empty());
        membership.join(settings.cluster().seeds(), new Seeds(settings.cluster().membersFile()), directory);
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "leave", () -> leave(settings.cluster()));
    }

    /** Tells that this node goes, and waits until the others can do without it; not if they go on without it already. */
    private CompletionStage<Done> leave(ClusterSettings settings) {
        directory.leave();
        return membership.isDowned()
                ? CompletableFuture.completedFuture(Done.getInstance())
                : readiness.whenDispensable(settings.leaveTimeout().toMillis()).thenApply(done -> Done.getInstance());
    }

    private static NodeInfo self(NodeId id, RocksPersistence store) {
        return new NodeInfo(id, store.storeId(), store.incarnation(), "", true, false, Replicas.NONE);
    }

    /** What the journal confirms is synced, unless the operator said that it need not be. */
    private static Level level(NodeSettings settings) {
        return settings.config().getBoolean(RocksPersistence.CONFIG + ".sync") ? Level.PERSISTED : Level.APPLIED;
    }

    private Optional<String> whyNotReady() {
        // The store first: when it fails, the replicas leave one by one and would hide why.
        return storeFault().or(clock::fault).or(readiness::whyNot).or(sources::whyNotWhole);
    }

    private Optional<String> storeFault() {
        return store.health().failure().map(failure -> "the store takes no writes: " + failure);
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
