package io.topgun.node.partition;

import io.topgun.node.clock.NodeClock;
import io.topgun.node.cluster.ClusterMessage;
import io.topgun.node.cluster.Directory;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Prefixes;
import io.topgun.protocol.Rejection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.SnapshotCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/** One replica of a partition: a thin persistent shell around {@link PartitionState}. */
public final class PartitionReplica extends EventSourcedBehavior<PartitionReplica.Command, Event, PartitionState> {

    /** What a replica is asked; a {@code tag} comes back in the answer. */
    public sealed interface Command extends ClusterMessage
            permits Start,
                    Stop,
                    Drain,
                    FrontierTick,
                    Read,
                    ReadDigests,
                    ReadBuckets,
                    ReadKeys,
                    PickCells,
                    Replication {}

    /** Exists so that sharding starts the replica; needs no answer. */
    public record Start() implements Command {}

    /** The replica hands over or the node stops. */
    public record Stop() implements Command {}

    /** The inbox has operations. */
    record Drain() implements Command {}

    /** Time to look whether tombstones are past the retention. */
    record FrontierTick() implements Command {}

    /**
     * What changed in some maps behind a cursor, which the replica judges; answered by {@link ReadReply.Chunk}, or by {@link
     * ReadReply.Digests} of each map where the cursor is not good.
     */
    public record Read(long tag, Set<String> maps, Cursor from, int bytesMax, ActorRef<ReadReply> replyTo)
            implements Command {}

    /** A map's digests, the first {@code width} bytes of each; answered by {@link ReadReply.Digests}. */
    public record ReadDigests(long tag, String map, int depth, int width, ActorRef<ReadReply> replyTo)
            implements Command {}

    /** The cells of some buckets; answered by {@link ReadReply.Buckets}. */
    public record ReadBuckets(
            long tag, String map, int depth, List<Integer> buckets, int bytesMax, ActorRef<ReadReply> replyTo)
            implements Command {}

    /** What the digests of the cells of some buckets begin with; answered by {@link ReadReply.Keys}. */
    public record ReadKeys(
            long tag,
            String map,
            int depth,
            int width,
            List<Integer> buckets,
            int bytesMax,
            ActorRef<ReadReply> replyTo)
            implements Command {}

    /** The cells of some buckets whose digests begin so; answered by {@link ReadReply.Cells}. */
    public record PickCells(
            long tag,
            String map,
            int depth,
            int width,
            List<Prefixes> buckets,
            int bytesMax,
            ActorRef<ReadReply> replyTo)
            implements Command {}

    private final ActorContext<Command> context;
    private final int partition;
    private final ReplicaSettings settings;
    private final Ports ports;
    private final CellCodec codec = new CellCodec();
    private final PartitionState nothing;
    private final SnapshotCodec snapshots;
    private List<Apply> persisting = List.of();
    /** What was given to the journal and not published: the journal may have kept it although it reports a failure. */
    private Optional<Event> unpublished = Optional.empty();

    private long publishedSeq = -1;
    private LocalReplicas.Live self;

    /**
     * What a replica needs of its node.
     *
     * @param sip what keys are hashed with, the same in the whole process
     * @param replicas where it can be found while it lives
     * @param storeFault why the store takes no writes, if it takes none
     * @param directory of the cluster's nodes
     * @param peers the way to the siblings
     * @param journaled the level of what the journal has confirmed
     * @param publish told of every change once it is synced
     */
    public record Ports(
            NodeClock clock,
            SipHash sip,
            LocalReplicas replicas,
            Supplier<Optional<String>> storeFault,
            Directory directory,
            Peers peers,
            Level journaled,
            Consumer<Change> publish) {
        Optional<String> fault() {
            return storeFault.get().or(clock::fault);
        }
    }

    /** A replica of a partition, which restarts with back-off when its journal fails. */
    public static Behavior<Command> create(int partition, ReplicaSettings settings, Ports ports) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new PartitionReplica(context, timers, partition, settings, ports)));
    }

    private PartitionReplica(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            int partition,
            ReplicaSettings settings,
            Ports ports) {
        super(
                PersistenceId.ofUniqueId("partition-" + partition),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.context = context;
        this.partition = partition;
        this.settings = settings;
        this.ports = ports;
        this.nothing = new PartitionState(codec, ports.sip());
        this.snapshots = new SnapshotCodec(codec, ports.sip());
        this.self = newSelf();
        timers.startTimerWithFixedDelay(new FrontierTick(), settings.frontierEvery());
    }

    @Override
    public PartitionState emptyState() {
        return nothing;
    }

    @Override
    public CommandHandler<Command, Event, PartitionState> commandHandler() {
        return this::onCommand;
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public EventHandler<PartitionState, Event> eventHandler() {
        // The empty state outlives a restart after a journal failure, so it must never be the one that changes.
        return (state, event) -> (state == nothing ? new PartitionState(codec, ports.sip()) : state).apply(event);
    }

    private Effect<Event, PartitionState> onCommand(PartitionState state, Command command) {
        return switch (command) {
            case Start start -> Effect().none();
            case Stop stop -> Effect().stop();
            case Drain drain -> onDrain(state);
            case FrontierTick tick -> onFrontierTick(state);
            case Read read -> {
                reader(state).read(read, reply -> ports.peers().reply(read.replyTo(), reply));
                yield Effect().none();
            }
            case ReadDigests read -> answer(read.replyTo(), reader(state).digests(read));
            case ReadBuckets read -> answer(read.replyTo(), reader(state).buckets(read));
            case ReadKeys read -> answer(read.replyTo(), reader(state).keys(read));
            case PickCells pick -> answer(pick.replyTo(), reader(state).cells(pick));
            case Replication none -> Effect().none();
        };
    }

    private Effect<Event, PartitionState> onDrain(PartitionState state) {
        List<Apply> batch = self.inbox().drain(settings.batchOpsMax());
        if (batch.isEmpty()) {
            return Effect().none();
        }
        Optional<String> fault = ports.fault();
        if (fault.isPresent()) {
            // Trying would restart the replica, and those who only read would lose it too.
            batch.forEach(apply -> apply.refuse(ErrorCode.NOT_PERSISTED, fault.get()));
            return Effect().none();
        }
        persisting = batch;
        Admission.Decision decision = state.decide(batch);
        if (decision.effects().isEmpty()) {
            persisting = List.of();
            complete(batch, decision.refused(), ports.journaled());
            return Effect().none();
        }
        CborWriter block = new CborWriter();
        BlockCodec.write(block, decision.effects());
        Event.Merged event = new Event.Merged(decision.effects(), block.toByteArray());
        unpublished = Optional.of(event);
        return Effect().persist(event).thenRun(applied -> {
            persisting = List.of();
            complete(batch, decision.refused(), ports.journaled());
            publish(applied);
        });
    }

    private static void complete(List<Apply> batch, List<List<Rejection>> refused, Level level) {
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).submission().completed(refused.get(i), level);
        }
    }

    private void publish(PartitionState state) {
        publishedSeq = state.seq();
        ports.clock().observe(state.newestMs());
        unpublished.ifPresent(event -> ports.publish().accept(change(event, state.seq())));
        unpublished = Optional.empty();
    }

    private Change change(Event event, long seq) {
        return switch (event) {
            case Event.Merged merged ->
                new Change.Merged(partition, seq, maps(merged.entries()), merged.entries(), merged.block());
            case Event.FrontierAdvanced advanced -> new Change.Pruned(partition, seq, advanced.frontierMs());
        };
    }

    private static Set<String> maps(List<Entry> entries) {
        Set<String> maps = new HashSet<>();
        for (Entry entry : entries) {
            maps.add(entry.map());
        }
        return maps;
    }

    private Effect<Event, PartitionState> onFrontierTick(PartitionState state) {
        if (ports.fault().isPresent() || state.size() == 0) {
            return Effect().none();
        }
        // What was written anywhere on this node: nobody may write to this partition any more.
        long frontierMs = settings.frontierMs(
                Math.min(ports.clock().nowMs(), ports.clock().newestMs()));
        if (frontierMs <= state.frontierMs()) {
            return Effect().none();
        }
        Event event = new Event.FrontierAdvanced(frontierMs);
        unpublished = Optional.of(event);
        return Effect().persist(event).thenRun(this::publish);
    }

    private Reader reader(PartitionState state) {
        return new Reader(partition, state);
    }

    private Effect<Event, PartitionState> answer(ActorRef<ReadReply> to, ReadReply reply) {
        ports.peers().reply(to, reply);
        return Effect().none();
    }

    @Override
    public SignalHandler<PartitionState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .onSignal(
                        SnapshotCompleted.class,
                        (state, done) -> state.saved(done.getSnapshotMetadata().sequenceNr()))
                .onSignal(PreRestart.instance(), state -> leave())
                .onSignal(PostStop.instance(), state -> leave())
                .build();
    }

    private void onRecovered(PartitionState state) {
        if (state.seq() == publishedSeq) {
            unpublished = Optional.empty();
        }
        // Else it was kept. Nobody was told, and the next change's position would skip it.
        publish(state);
        ports.replicas().register(partition, self);
        ports.replicas().live(partition, self);
    }

    private LocalReplicas.Live newSelf() {
        ActorRef<Command> ref = context.getSelf();
        return new LocalReplicas.Live(new Inbox(settings.inboxOpsMax(), () -> ref.tell(new Drain())), ref);
    }

    private void leave() {
        ports.replicas().unregister(partition, self);
        self.inbox().close();
        self = newSelf(); // a restart after a journal failure goes on with this instance
        for (Apply apply : persisting) {
            apply.refuse(ErrorCode.NOT_PERSISTED, "the journal did not confirm the write");
        }
        persisting = List.of();
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(settings.snapshotEveryEvents(), 1)
                .withDeleteEventsOnSnapshot();
    }

    @Override
    public SnapshotAdapter<PartitionState> snapshotAdapter() {
        return snapshots;
    }
}
