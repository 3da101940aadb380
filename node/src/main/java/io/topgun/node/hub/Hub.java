package io.topgun.node.hub;

import io.topgun.crdt.Partitions;
import io.topgun.node.cluster.ClusterMessage;
import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.Directory;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.partition.Change;
import io.topgun.node.partition.InHand;
import io.topgun.node.partition.Peers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Tells this node's sessions what changes in the maps they subscribe to; an actor of its own so that no replica waits for a fan-out.
 *
 * <p>It decides from which replica each partition is read here: one of this node, or one of another whose hub has promised to
 * forward. Sources are switched in one place and in one order with the changes, so no session takes a change of the one for one of the other.
 */
public final class Hub extends AbstractBehavior<Hub.Command> {
    /** Under which the hubs of other nodes find this one. */
    public static final String NAME = "hub";

    private static final Duration EVERY = Duration.ofSeconds(1);
    /** For so long a change waits for others that the journals have in hand; where nothing comes, a tick of the scheduler more. */
    private static final long HOLD_MS_MAX = 2;

    /** What the hub is told. */
    public sealed interface Command {}

    /** A subscriber wants these maps too; answered by {@link Subscriber#onInterest}. */
    public record Interest(Subscriber subscriber, long subId, Set<String> maps) implements Command {}

    /** A subscriber wants none of these any more. */
    public record NoInterest(Subscriber subscriber, Set<String> maps) implements Command {}

    /** The journal of a replica here has synced a change. */
    public record Published(Change change) implements Command {}

    /** The cluster looks different. */
    record Seen(ClusterView view) implements Command {}

    /** Replicas here have come or gone, or the cluster looks different: time to look for better sources. */
    record Settle() implements Command {}

    /** Time to look after the links. */
    record Tick() implements Command {}

    /** What was published has waited for the rest long enough. */
    record Flush() implements Command {}

    /** Another node's hub wants what changes in these maps of these partitions, and nothing else any more; of this run of the node. */
    record Want(
            NodeId to, NodeId who, long version, List<Integer> partitions, List<String> maps, ActorRef<Command> replyTo)
            implements Command, ClusterMessage {}

    /** It still wants what it wanted; answered like a {@link Want}. */
    record Still(NodeId to, NodeId who, long version, ActorRef<Command> replyTo) implements Command, ClusterMessage {}

    /** What was wanted under this version is promised; so many bundles were forwarded until here. Version 0: nothing is promised. */
    record Confirmed(NodeId who, long version, long born, long number) implements Command, ClusterMessage {}

    /** A bundle of changes that were promised. */
    record Forwarded(NodeId who, long born, long number, List<Forward> changes) implements Command, ClusterMessage {}

    /**
     * What the hub needs of its node.
     *
     * @param inHand what the journals of this node's replicas have yet to confirm
     * @param peers carries what hubs tell each other
     * @param hubs the hub of another node
     * @param nowMs a clock that only runs forward
     * @param grace how long subscribers wait for a partition that has no source
     * @param board where the sources are put up
     */
    public record Ports(
            Directory directory,
            Here here,
            InHand inHand,
            Peers peers,
            Function<NodeId, ActorRef<Command>> hubs,
            LongSupplier nowMs,
            Duration grace,
            SourceBoard board) {}

    private record Waiting(Subscriber subscriber, long subId, Set<String> maps) {}

    private record Store(long id, long incarnation) {}

    private final Ports ports;
    private final TimerScheduler<Command> timers;
    private final Interests interests = new Interests();
    private final Gathering gathering = new Gathering();
    private final Map<Store, Integer> refs = new HashMap<>();
    private final Map<Integer, Object> readHere = new HashMap<>();
    private final Map<Integer, Long> lostSinceMs = new HashMap<>();
    private final Uplinks uplinks;
    private final Downlinks downlinks;
    private final NodeId self;
    private List<Waiting> waiting = new ArrayList<>();
    private ClusterView view;
    private SourceTable table = SourceTable.NONE;
    private long nextEpoch;
    private boolean isHolding;
    private long holdingSinceMs;

    /** A hub without subscribers. */
    public static Behavior<Command> create(Ports ports) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Tick(), EVERY);
            return new Hub(context, timers, ports);
        }));
    }

    /** The hubs of a system's other nodes. */
    public static Function<NodeId, ActorRef<Command>> of(ActorSystem<?> system) {
        ActorRefResolver resolver = ActorRefResolver.get(system);
        return node -> resolver.resolveActorRef(node.address() + "/system/" + NAME);
    }

    private Hub(ActorContext<Command> context, TimerScheduler<Command> timers, Ports ports) {
        super(context);
        this.timers = timers;
        this.ports = ports;
        ActorRef<Command> me = context.getSelf();
        view = ports.directory().view();
        self = view.self();
        uplinks = new Uplinks(self, me, ports.hubs(), ports.peers());
        downlinks = new Downlinks(self, ports.peers());
        NodeInfo own = view.own();
        refs.put(new Store(own.storeId(), own.incarnation()), 0);
        ports.directory().listen(seen -> me.tell(new Seen(seen)));
        ports.here().watch(partition -> me.tell(new Settle()));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Command.class, command -> {
                    onCommand(command);
                    return this;
                })
                .build();
    }

    private void onCommand(Command command) {
        switch (command) {
            case Published published -> onPublished(published.change());
            case Interest interest -> onInterest(interest);
            case NoInterest gone -> onNoInterest(gone);
            case Seen seen -> {
                view = seen.view();
                settle();
            }
            case Settle again -> settle();
            case Tick tick -> onTick();
            case Flush flush -> flush();
            case Want want -> downlinks.onWant(want, ports.nowMs().getAsLong());
            case Still still -> downlinks.onStill(still, ports.nowMs().getAsLong());
            case Confirmed confirmed -> onConfirmed(confirmed);
            case Forwarded forwarded -> onForwarded(forwarded);
        }
    }

    private void onPublished(Change change) {
        ports.inHand().remove(change.partition());
        boolean toForward = downlinks.publish(change);
        boolean toTell = gather(change, self);
        if (toForward || toTell || isHolding) {
            flushOrHold();
        }
    }

    /** Takes a change in, if somebody here is to be told of it. */
    private boolean gather(Change change, NodeId from) {
        Optional<Source> source = table.of(change.partition());
        if (source.isEmpty() || !source.get().node().equals(from) || !interests.include(change)) {
            return false;
        }
        if (!gathering.takes(change)) {
            tellGathered();
        }
        gathering.add(SharedDelta.of(change, source.get()));
        return true;
    }

    /** A frame for each change would be most of what a fan-out costs, so changes wait for those that are about to come. */
    private void flushOrHold() {
        long nowMs = ports.nowMs().getAsLong();
        if (ports.inHand().isEmpty() || (isHolding && nowMs - holdingSinceMs >= HOLD_MS_MAX)) {
            flush();
        } else if (!isHolding) {
            isHolding = true;
            holdingSinceMs = nowMs;
            timers.startSingleTimer(new Flush(), Duration.ofMillis(HOLD_MS_MAX)); // instead of one that is still set
        }
    }

    private void flush() {
        isHolding = false;
        downlinks.flush();
        tellGathered();
    }

    private void tellGathered() {
        gathering.take().ifPresent(frame -> interests.of(frame).forEach(one -> one.onChanges(frame)));
    }

    private void onInterest(Interest interest) {
        flush(); // what came before is not for this subscriber
        interests.add(interest.subscriber(), interest.maps());
        waiting.add(new Waiting(interest.subscriber(), interest.subId(), interest.maps()));
        if (uplinks.cover(interest.maps())) {
            tellThoseCovered();
        } else {
            settle();
        }
    }

    private void tellThoseCovered() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Waiting> still = new ArrayList<>();
        for (Waiting one : waiting) {
            if (uplinks.cover(one.maps())) {
                one.subscriber().onInterest(one.subId(), table);
            } else {
                still.add(one);
            }
        }
        waiting = still;
    }

    private void onNoInterest(NoInterest gone) {
        interests.remove(gone.subscriber(), gone.maps());
        waiting.removeIf(one -> one.subscriber().equals(gone.subscriber())
                && one.maps().stream().anyMatch(gone.maps()::contains));
    }

    private void onTick() {
        long nowMs = ports.nowMs().getAsLong();
        settle(); // maps that nobody wants any more
        uplinks.tick();
        downlinks.forgetTheSilent(nowMs);
        long longAgoMs = nowMs - ports.grace().toMillis();
        if (lostSinceMs.values().stream().anyMatch(sinceMs -> sinceMs <= longAgoMs)) {
            interests.all().forEach(Subscriber::onLost);
        }
    }

    private void onConfirmed(Confirmed confirmed) {
        uplinks.onConfirmed(confirmed).ifPresent(arrival -> onArrival(arrival, confirmed.who()));
        settle();
    }

    private void onForwarded(Forwarded forwarded) {
        uplinks.onForwarded(forwarded).ifPresent(arrival -> onArrival(arrival, forwarded.who()));
    }

    private void onArrival(Uplink.Arrival arrival, NodeId from) {
        if (!arrival.isWhole()) {
            mistrust(from);
        }
        boolean toTell = false;
        for (Forward forward : arrival.changes()) {
            toTell |= gather(forward.change(), from);
        }
        if (toTell) {
            flushOrHold();
        }
    }

    /** Something that a node forwarded was lost: what was told of its partitions may lack a change. */
    private void mistrust(NodeId node) {
        Map<Integer, Optional<Source>> again = new HashMap<>();
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            Optional<Source> source = table.of(partition);
            if (source.isPresent() && source.get().node().equals(node)) {
                again.put(partition, source(node));
            }
        }
        switchTo(again);
    }

    /** Switches every partition that is not read from where it should be, as soon as that hub has promised it. */
    private void settle() {
        Map<Integer, Optional<Source>> changed = new HashMap<>();
        Map<NodeId, BitSet> wanted = new HashMap<>();
        for (int next = 0; next < Partitions.COUNT; next++) {
            int partition = next;
            Optional<Source> current = table.of(partition);
            Optional<?> here = ports.here().of(partition);
            Optional<NodeId> reader = Sources.reader(view, partition, here.isPresent(), current.map(Source::node));
            boolean remote = reader.isPresent() && here.isEmpty();
            if (remote) {
                wanted.computeIfAbsent(reader.get(), none -> new BitSet()).set(partition);
            }
            boolean ready = reader.isPresent() && (!remote || uplinks.covers(reader.get(), partition));
            if (!ready
                    && current.isPresent()
                    && Sources.isLive(view, current.get().node(), partition)) {
                wanted.computeIfAbsent(current.get().node(), none -> new BitSet())
                        .set(partition);
                continue; // until the next one is
            }
            if (current.map(Source::node).equals(reader) && here.equals(Optional.ofNullable(readHere.get(partition)))) {
                continue;
            }
            here.ifPresentOrElse(live -> readHere.put(partition, live), () -> readHere.remove(partition));
            if (ready || current.isPresent()) {
                changed.put(partition, ready ? reader.flatMap(this::source) : Optional.empty());
            }
        }
        uplinks.want(wanted, interests.maps());
        switchTo(changed);
        tellThoseCovered();
    }

    private Optional<Source> source(NodeId node) {
        return view.node(node).map(info -> {
            int next = refs.size();
            int ref = refs.computeIfAbsent(new Store(info.storeId(), info.incarnation()), none -> next);
            return new Source(node, info.storeId(), info.incarnation(), ref, nextEpoch++);
        });
    }

    private void switchTo(Map<Integer, Optional<Source>> changed) {
        if (changed.isEmpty()) {
            return;
        }
        changed.forEach((partition, source) -> {
            if (source.isPresent()) {
                lostSinceMs.remove(partition);
            } else {
                lostSinceMs.put(partition, ports.nowMs().getAsLong());
            }
        });
        flush(); // in one order with the changes
        table = table.with(changed);
        ports.board().put(table);
        interests.all().forEach(subscriber -> subscriber.onSources(table));
    }
}
