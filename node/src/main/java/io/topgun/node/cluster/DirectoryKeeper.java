package io.topgun.node.cluster;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWMap;
import org.apache.pekko.cluster.ddata.LWWMapKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.apache.pekko.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/** Hears of the cluster's nodes, and tells them of this one; gathers for a moment what changes at once, as at a start. */
final class DirectoryKeeper extends AbstractBehavior<DirectoryKeeper.Command> {
    private static final Key<LWWMap<String, Told>> KEY = LWWMapKey.create("topgun-nodes");
    private static final Set<MemberStatus> MEMBERS =
            Set.of(MemberStatus.up(), MemberStatus.weaklyUp(), MemberStatus.leaving());
    private static final Duration GATHER = Duration.ofMillis(100);
    /** How long a change may take to all nodes at once; whom it does not reach, hears it by gossip. */
    private static final Duration SPREAD_TIMEOUT = Duration.ofMillis(500);

    /** What the keeper is told. */
    sealed interface Command {}

    /** Something about this node changes. */
    record Tell(UnaryOperator<Told> change) implements Command {}

    /** Something to do between two changes. */
    record Run(Runnable action) implements Command {}

    private record Due() implements Command {}

    private record Spread(Replicator.UpdateResponse<LWWMap<String, Told>> response) implements Command {}

    private record Heard(Replicator.SubscribeResponse<LWWMap<String, Told>> response) implements Command {}

    private record MembershipChanged(ClusterEvent.MemberEvent event) implements Command {}

    private record ReachabilityChanged(ClusterEvent.ReachabilityEvent event) implements Command {}

    private final Members members;
    private final Consumer<Members> publish;
    private final TimerScheduler<Command> timers;
    private final ReplicatorMessageAdapter<Command, LWWMap<String, Told>> replicator;
    private final SelfUniqueAddress writer;
    private boolean isToldAll;
    private boolean isSpreading;

    /**
     * A keeper.
     *
     * @param publish told of every change, on the keeper's turn
     */
    static Behavior<Command> create(Members members, Consumer<Members> publish) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> DistributedData.<Command, LWWMap<String, Told>>withReplicatorMessageAdapter(
                        replicator -> new DirectoryKeeper(context, timers, replicator, members, publish))));
    }

    private DirectoryKeeper(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ReplicatorMessageAdapter<Command, LWWMap<String, Told>> replicator,
            Members members,
            Consumer<Members> publish) {
        super(context);
        this.members = members;
        this.publish = publish;
        this.timers = timers;
        this.replicator = replicator;
        this.writer = DistributedData.get(context.getSystem()).selfUniqueAddress();
        replicator.subscribe(KEY, Heard::new);
        var subscriptions = Cluster.get(context.getSystem()).subscriptions();
        subscriptions.tell(Subscribe.create(
                context.messageAdapter(ClusterEvent.MemberEvent.class, MembershipChanged::new),
                ClusterEvent.MemberEvent.class));
        subscriptions.tell(Subscribe.create(
                context.messageAdapter(ClusterEvent.ReachabilityEvent.class, ReachabilityChanged::new),
                ClusterEvent.ReachabilityEvent.class));
        gather();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Tell tell -> {
                members.self(tell.change().apply(members.self()));
                isToldAll = false;
                gather();
            }
            case Run run -> run.action().run();
            case Due due -> onDue();
            case Spread spread -> {
                isSpreading = false;
                gather();
            }
            case Heard heard -> onHeard(heard.response());
            case MembershipChanged changed -> onMember(changed.event());
            case ReachabilityChanged changed -> {
                members.reachable(
                        id(changed.event().member().uniqueAddress()),
                        changed.event() instanceof ClusterEvent.ReachableMember);
                publish.accept(members); // others wait for an answer of that node
            }
        }
        return this;
    }

    private void gather() {
        if (!timers.isTimerActive(KEY)) {
            timers.startSingleTimer(KEY, new Due(), GATHER);
        }
    }

    private void onDue() {
        publish.accept(members);
        if (!isToldAll && !isSpreading) {
            isToldAll = true;
            Told self = members.self();
            update(map -> map.put(writer, self.info().id().toString(), self));
        }
    }

    private void update(Function<LWWMap<String, Told>, LWWMap<String, Told>> change) {
        isSpreading = true;
        replicator.askUpdate(
                replyTo -> new Replicator.Update<>(
                        KEY, LWWMap.create(), new Replicator.WriteAll(SPREAD_TIMEOUT), replyTo, change),
                Spread::new);
    }

    private void onHeard(Replicator.SubscribeResponse<LWWMap<String, Told>> response) {
        if (response instanceof Replicator.Changed<LWWMap<String, Told>> changed) {
            members.told(changed.get(KEY).getEntries().values());
            gather();
        }
    }

    private void onMember(ClusterEvent.MemberEvent event) {
        Member member = event.member();
        NodeId node = id(member.uniqueAddress());
        MemberStatus status = member.status();
        if (MEMBERS.contains(status)) {
            members.joined(node);
        } else if (!status.equals(MemberStatus.joining())) {
            members.left(node);
        }
        if (event instanceof ClusterEvent.MemberRemoved && isLeader()) {
            // Of a node that runs again nothing old is wanted: its runs have names of their own.
            update(map -> map.remove(writer, node.toString()));
        }
        gather();
    }

    private boolean isLeader() {
        Cluster cluster = Cluster.get(getContext().getSystem());
        return cluster.selfMember().address().equals(cluster.state().getLeader());
    }

    private static NodeId id(UniqueAddress address) {
        return new NodeId(address.address().toString(), address.longUid());
    }
}
