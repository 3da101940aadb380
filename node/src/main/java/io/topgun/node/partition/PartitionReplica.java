package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterMessage;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Prefixes;
import io.topgun.protocol.Rejection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
    private static final String ID_PREFIX = "partition-";
    private static final String WAIT = "wait";

    /** What a replica is asked; a {@code tag} comes back in the answer. */
    public sealed interface Command extends ClusterMessage
            permits Start,
                    Stop,
                    Drain,
                    FrontierTick,
                    Read,
                    ReadRoots,
                    ReadDigests,
                    ReadBuckets,
                    ReadKeys,
                    PickCells,
                    Submit,
                    Replication {}

    /** Exists so that sharding starts the replica; needs no answer. */
    public record Start() implements Command {}

    /** The replica hands over or the node stops. */
    public record Stop() implements Command {}

    /** Somebody has left something in the inbox. */
    record Drain() implements Command {}

    /** Time to look whether tombstones are past the retention. */
    record FrontierTick() implements Command {}

    /**
     * What changed in some maps behind a cursor, which the replica judges; answered by {@link ReadReply.Chunk}, or by {@link
     * ReadReply.Digests} of each map where the cursor is not good.
     */
    public record Read(long tag, Set<String> maps, Cursor from, int bytesMax, ActorRef<ReadReply> replyTo)
            implements Command {}

    /**
     * The digests of the maps; answered by {@link Roots}.
     *
     * @param digest of all maps of the one who asks, who needs to be told none if it is the same here
     * @param after the name behind which to begin; empty for all
     */
    public record ReadRoots(long tag, long digest, String after, int bytesMax, ActorRef<Roots> replyTo)
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
    private final TimerScheduler<Command> timers;
    private final int partition;
    private final ReplicaSettings settings;
    private final ReplicaPorts ports;
    private final CellCodec codec = new CellCodec();
    private final PartitionState nothing;
    private final SnapshotCodec snapshots;
    private final Presence presence;
    private final Replicator replicator;
    private List<Apply> persisting = List.of();
    // What was given to the journal and not published: the journal may have kept it although it reports a failure.
    private List<Event> unpublished = List.of();
    private long publishedSeq = -1;
    private long unsavedBytes;
    private boolean isRecovered;
    private boolean isLeaving;

    /** The partition whose replica has this persistence id. */
    public static int partition(String persistenceId) {
        return Integer.parseInt(persistenceId.substring(ID_PREFIX.length()));
    }

    /** A replica of a partition, which restarts with back-off when its journal fails. */
    public static Behavior<Command> create(int partition, ReplicaSettings settings, ReplicaPorts ports) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new PartitionReplica(context, timers, partition, settings, ports)));
    }

    private PartitionReplica(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            int partition,
            ReplicaSettings settings,
            ReplicaPorts ports) {
        super(
                PersistenceId.ofUniqueId(ID_PREFIX + partition),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.context = context;
        this.timers = timers;
        this.partition = partition;
        this.settings = settings;
        this.ports = ports;
        this.nothing = new PartitionState(codec, ports.sip());
        this.snapshots = new SnapshotCodec(codec, ports.sip());
        this.presence = new Presence(partition, ports, settings.inboxOpsMax(), context.getSelf());
        this.replicator = new Replicator(partition, settings.replication(), ports, PartitionReplica::steadyMs, asker());
    }

    private Repair.Asker asker() {
        AtomicLong tags = new AtomicLong();
        return new Repair.Asker(
                tags::incrementAndGet,
                settings.replication().shipmentBytes(),
                context.messageAdapter(Roots.class, Replication.RootsTold::new),
                context.messageAdapter(ReadReply.class, Replication.CellsTold::new));
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
        return (state, event) -> {
            // What is read again counts too: else who is killed again and again would have more to read each time.
            unsavedBytes += isRecovered ? 0 : event.bytes();
            // The empty state outlives a restart after a journal failure, so it must never be the one that changes.
            return (state == nothing ? new PartitionState(codec, ports.sip()) : state).apply(event);
        };
    }

    private Effect<Event, PartitionState> onCommand(PartitionState state, Command command) {
        return switch (command) {
            case Start start -> Effect().none();
            case Stop stop -> onStop();
            case Drain drain -> onDrain(state);
            case FrontierTick tick -> onFrontierTick(state);
            case Read read -> {
                reader(state).read(read, reply -> {
                    presence.told(read, reply);
                    ports.peers().reply(read.replyTo(), reply);
                });
                yield Effect().none();
            }
            case ReadRoots read -> answer(read.replyTo(), reader(state).roots(read));
            case ReadDigests read -> answer(read.replyTo(), reader(state).digests(read));
            case ReadBuckets read -> answer(read.replyTo(), reader(state).buckets(read));
            case ReadKeys read -> answer(read.replyTo(), reader(state).keys(read));
            case PickCells pick -> answer(pick.replyTo(), reader(state).cells(pick));
            case Submit submit -> {
                presence.inbox().submit(submit.toApply(ports.peers()));
                yield Effect().none();
            }
            case Replication.Exchange exchange -> {
                presence.inbox().exchange(exchange);
                yield Effect().none();
            }
            case Replication replication -> onReplication(state, replication);
        };
    }

    private Effect<Event, PartitionState> onDrain(PartitionState state) {
        presence.inbox().exchanges().forEach(exchange -> replicator.on(exchange, state));
        if (isLeaving && replicator.isHandedOver()) {
            return Effect().stop();
        }
        persisting = presence.inbox().drain(settings.batchOpsMax());
        // Trying would restart the replica, and those who only read would lose it too.
        (persisting.isEmpty() ? Optional.<String>empty() : ports.fault()).ifPresent(this::refuse);
        if (persisting.isEmpty() && !replicator.hasArrived()) {
            return Effect().none();
        }
        Turn turn = Turn.of(persisting, replicator, state);
        Consumer<PartitionState> then = applied -> {
            turn.then().accept(applied);
            complete(turn.refused());
        };
        if (turn.events().isEmpty()) {
            then.accept(state);
            return Effect().none();
        }
        return persist(turn.events(), then);
    }

    private void refuse(String why) {
        persisting.forEach(apply -> apply.refuse(ErrorCode.NOT_PERSISTED, why));
        persisting = List.of();
    }

    /** Persists events, all or nothing; what follows finds them published. */
    private Effect<Event, PartitionState> persist(List<Event> events, Consumer<PartitionState> then) {
        unpublished = events;
        ports.inHand().add(partition, events.size());
        return Effect().persist(events).thenRun(applied -> {
            publish(applied);
            then.accept(applied);
        });
    }

    private void complete(List<List<Rejection>> refused) {
        List<Apply> done = persisting;
        persisting = List.of();
        for (int i = 0; i < done.size(); i++) {
            replicator.complete(done.get(i).submission(), refused.get(i));
        }
        OptionalLong waitMs = replicator.waitMs();
        if (waitMs.isPresent() && !timers.isTimerActive(WAIT)) {
            timers.startSingleTimer(WAIT, new Replication.WaitTick(), Duration.ofMillis(waitMs.getAsLong()));
        }
    }

    private void publish(PartitionState state) {
        publishedSeq = state.seq();
        presence.reached(publishedSeq);
        ports.clock().observe(state.newestMs());
        long seq = state.seq() - unpublished.size();
        for (Event event : unpublished) {
            ports.publish().accept(Change.of(partition, ++seq, event));
        }
        replicator.changed(unpublished, state);
        unpublished = List.of();
    }

    private void lookLater() {
        timers.startSingleTimer(
                new Replication.FollowTick(), settings.replication().untilLook(partition, steadyMs()));
    }

    private static long steadyMs() {
        return System.nanoTime() / 1_000_000;
    }

    private Effect<Event, PartitionState> onReplication(PartitionState state, Replication command) {
        if (command instanceof Replication.FollowTick) {
            lookLater();
        }
        Replicator.Outcome outcome = replicator.on(command, state);
        if (!outcome.events().isEmpty()) {
            return persist(outcome.events(), outcome.then());
        }
        outcome.then().accept(state);
        if (command instanceof Replication.WaitTick) {
            complete(List.of());
        }
        return isLeaving && replicator.isHandedOver()
                ? Effect().stop()
                : Effect().none();
    }

    /** First another replica has to have everything, if there is one. */
    private Effect<Event, PartitionState> onStop() {
        if (isLeaving || replicator.isHandedOver()) {
            return Effect().stop();
        }
        isLeaving = true;
        presence.handOver();
        timers.startSingleTimer(new Stop(), settings.replication().handOverTimeout());
        return Effect().none();
    }

    private Effect<Event, PartitionState> onFrontierTick(PartitionState state) {
        // One that catches up has to be found behind its siblings' frontier.
        if (!replicator.isLive() || ports.fault().isPresent() || state.size() == 0) {
            return Effect().none();
        }
        // What was written anywhere on this node: nobody may write to this partition any more.
        long frontierMs = settings.frontierMs(
                Math.min(ports.clock().nowMs(), ports.clock().newestMs()));
        return frontierMs <= state.frontierMs()
                ? Effect().none()
                : persist(List.of(new Event.FrontierAdvanced(frontierMs)), applied -> {});
    }

    private Reader reader(PartitionState state) {
        return new Reader(partition, state);
    }

    private <T extends ClusterMessage> Effect<Event, PartitionState> answer(ActorRef<T> to, T reply) {
        ports.peers().reply(to, reply);
        return Effect().none();
    }

    @Override
    public SignalHandler<PartitionState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .onSignal(SnapshotCompleted.class, (state, done) -> {
                    unsavedBytes = 0;
                    state.saved(done.getSnapshotMetadata().sequenceNr());
                })
                .onSignal(PreRestart.instance(), this::leave)
                .onSignal(PostStop.instance(), this::leave)
                .build();
    }

    private void onRecovered(PartitionState state) {
        isRecovered = true;
        unpublished = state.seq() == publishedSeq ? List.of() : unpublished;
        // What is left was kept. Nobody was told, and the next change's position would skip it.
        publish(state);
        timers.startTimerWithFixedDelay(new FrontierTick(), settings.frontierEvery());
        lookLater();
        presence.enter();
        replicator.recovered(state, presence::tell);
        if (isLeaving) {
            context.getSelf().tell(new Stop());
        }
    }

    private void leave(PartitionState state) {
        ports.inHand().clear(partition);
        replicator.left();
        presence.leave(state.seq() == 0 ? ReplicaState.ABSENT : ReplicaState.STORED);
        refuse("the journal did not confirm the write");
        isRecovered = false;
        unsavedBytes = 0;
    }

    /** Where few events carry much, so that what is to be read again after a kill stays bounded. */
    @Override
    public boolean shouldSnapshot(PartitionState state, Event event, long sequenceNr) {
        unsavedBytes += event.bytes();
        boolean isDue = unsavedBytes >= settings.snapshotEveryBytes(partition);
        unsavedBytes = isDue ? 0 : unsavedBytes;
        return isDue;
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(settings.snapshotEveryEvents(partition), 1)
                .withDeleteEventsOnSnapshot();
    }

    @Override
    public SnapshotAdapter<PartitionState> snapshotAdapter() {
        return snapshots;
    }
}
