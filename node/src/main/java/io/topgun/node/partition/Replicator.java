package io.topgun.node.partition;

import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** A replica's part among its siblings: it ships its log, follows theirs, compares digests with them, and tells what it is. */
final class Replicator {
    private final int partition;
    private final ReplicationSettings settings;
    private final ReplicaPorts ports;
    private final LongSupplier steadyMs;
    private final Repair.Asker asker;
    private final NodeInfo self;
    private final Shipping shipping;
    private final Patrol patrol;
    private Following following;
    private long lag;
    /** The number of the last change at the last tick. */
    private long tickSeq;

    /** What was shipped last by each sibling and waits for a {@link Turn}. */
    private final Map<NodeId, Replication.Shipment> arrived = new LinkedHashMap<>();

    private Optional<Comparison> comparison = Optional.empty();
    private List<Sibling> siblings = List.of();
    private boolean areAllKnown;
    private Consumer<ReplicaState> onState = state -> {};

    /** What is to be persisted, all or nothing, and what to do then. */
    record Outcome(List<Event> events, Consumer<PartitionState> then) {
        static final Outcome NONE = new Outcome(List.of(), state -> {});
    }

    Replicator(
            int partition,
            ReplicationSettings settings,
            ReplicaPorts ports,
            LongSupplier steadyMs,
            Repair.Asker asker) {
        this.partition = partition;
        this.settings = settings;
        this.ports = ports;
        this.steadyMs = steadyMs;
        this.asker = asker;
        this.self = ports.directory().view().own();
        this.shipping = new Shipping(self.id(), self.storeId(), self.incarnation(), settings.tailBytesMax());
        this.patrol = new Patrol(settings.compareEvery().toMillis());
        this.following = new Following(true, settings.askAgain().toMillis());
    }

    /** The replica has recovered; the listener is told what it is now, and whenever that changes. */
    void recovered(PartitionState state, Consumer<ReplicaState> listener) {
        following = new Following(state.seq() == 0, settings.askAgain().toMillis());
        comparison = Optional.empty();
        arrived.clear();
        siblings = List.of();
        areAllKnown = false;
        onState = listener;
        onState.accept(following.own());
        shipping.restart(state.seq());
        ClusterView view = ports.directory().view();
        siblingsAre(Sibling.of(view, partition), view.isComplete(), state);
    }

    /** The replica is gone; who waits is told what was reached. */
    void left() {
        shipping.followers().restart();
        lagIs(0);
        onState = state -> {};
    }

    /** Whether another replica has everything, or there is none that could. */
    boolean isHandedOver() {
        return shipping.lag() == 0;
    }

    boolean isLive() {
        return following.own() == ReplicaState.LIVE;
    }

    Outcome on(Replication command, PartitionState state) {
        return switch (command) {
            case Replication.SiblingsChanged changed -> {
                siblingsChanged(changed.view(), state);
                yield Outcome.NONE;
            }
            case Replication.FollowTick tick -> {
                onTick(state);
                yield Outcome.NONE;
            }
            case Replication.WaitTick tick -> {
                shipping.followers().expire(steadyMs.getAsLong());
                yield Outcome.NONE;
            }
            case Replication.Follow follow -> {
                shipping.follow(follow, state, following.own())
                        .ifPresent(shipment -> ports.peers().tell(follow.who(), partition, shipment));
                lagIs(shipping.lag());
                yield Outcome.NONE;
            }
            case Replication.Shipment shipment -> {
                if (following.isExpected(shipment)) {
                    arrived.put(shipment.who(), shipment);
                }
                yield Outcome.NONE;
            }
            case Replication.RootsTold told -> compare(one -> one.on(told.roots(), state), state);
            case Replication.CellsTold told -> compare(one -> one.on(told.reply(), state), state);
        };
    }

    private void siblingsChanged(ClusterView view, PartitionState state) {
        List<Sibling> now = Sibling.of(view, partition);
        if (!now.equals(siblings) || view.isComplete() != areAllKnown) {
            siblingsAre(now, view.isComplete(), state);
        }
    }

    private void siblingsAre(List<Sibling> now, boolean areAll, PartitionState state) {
        siblings = now;
        areAllKnown = areAll;
        List<Following.Ask> asks = following.siblings(siblings, areAllKnown, state, steadyMs.getAsLong());
        if (comparison.isPresent()
                && !following.running().contains(comparison.get().with().id())) {
            comparison = Optional.empty();
        }
        shipping.siblings(following.running());
        lagIs(shipping.lag());
        patrol.siblings(siblings);
        act(asks, state);
    }

    private void onTick(PartitionState state) {
        long nowMs = steadyMs.getAsLong();
        act(following.tick(state, nowMs), state);
        if (comparison.isPresent()
                && comparison.get().isLate(nowMs, settings.askAgain().toMillis())) {
            if (comparison.get().mayTryAgain()) {
                goOn(comparison.get(), state);
            } else {
                Sibling with = comparison.get().with();
                comparison = Optional.empty();
                act(following.notCompared(with.id(), state, nowMs), state);
            }
        }
        if (comparison.isEmpty() && following.own() == ReplicaState.LIVE) {
            patrol.next(nowMs, state.seq() == tickSeq).ifPresent(sibling -> begin(sibling, state));
        }
        tickSeq = state.seq();
    }

    /** Whether something was shipped that {@link #takeArrived} has not taken. */
    boolean hasArrived() {
        return !arrived.isEmpty();
    }

    /**
     * What siblings shipped.
     *
     * @param cells events in their order
     * @param frontierMs of the sibling whose is furthest, or the own one
     * @param then what to do when all is in the journal
     */
    record Arrived(List<Event> cells, long frontierMs, Consumer<PartitionState> then) {}

    /** Takes what was shipped since the last time. */
    Arrived takeArrived(Admission admission, PartitionState state) {
        List<Event> cells = new ArrayList<>(arrived.size());
        List<Replication.Shipment> reached = new ArrayList<>(arrived.size());
        long frontierMs = state.frontierMs();
        for (Replication.Shipment shipment : arrived.values()) {
            if (isTaken(shipment, state)) {
                reached.add(shipment);
                frontierMs = Math.max(frontierMs, shipment.frontierMs());
                take(shipment, admission).ifPresent(cells::add);
            }
        }
        arrived.clear();
        return new Arrived(
                cells,
                frontierMs,
                now -> reached.forEach(shipment -> act(following.reached(shipment, now, steadyMs.getAsLong()), now)));
    }

    private boolean isTaken(Replication.Shipment shipment, PartitionState state) {
        if (!following.isExpected(shipment) || ports.storeFault().get().isPresent()) {
            return false;
        }
        boolean mustCompare =
                isForgotten(shipment.frontierMs(), state) && following.mustCompareBehindFrontier(shipment.who());
        if (mustCompare || !shipment.isGood()) {
            act(following.refused(shipment.who(), state, steadyMs.getAsLong()), state);
            return false;
        }
        return true;
    }

    private Optional<Event> take(Replication.Shipment shipment, Admission admission) {
        ports.replicas().metrics().shipped(shipment.bytes());
        List<Entry> entries = new ArrayList<>();
        shipment.blocks().forEach(block -> entries.addAll(BlockCodec.read(new CborReader(block))));
        Admission.Arrival arrival = admission.arrive(entries, isTrusted(shipment.state()));
        ports.replicas().metrics().arrived(arrival);
        if (arrival.effects().isEmpty()) {
            return Optional.empty();
        }
        byte[] block = block(shipment, entries, arrival.effects());
        return Optional.of(new Event.Shipped(shipment.next(), arrival.effects(), block));
    }

    /** The effects as a block: most of the time the one that came. */
    private static byte[] block(Replication.Shipment shipment, List<Entry> came, List<Entry> effects) {
        if (shipment.blocks().size() == 1 && effects.equals(came)) {
            return shipment.blocks().getFirst();
        }
        CborWriter block = new CborWriter();
        BlockCodec.write(block, effects);
        return block.toByteArray();
    }

    /** Takes an answer in the comparison under way. */
    private Outcome compare(Function<Comparison, Repair.Changes> take, PartitionState state) {
        if (comparison.isEmpty() || ports.storeFault().get().isPresent()) {
            return Outcome.NONE;
        }
        Comparison one = comparison.get();
        boolean isKeepingAll = !following.isBehindFrontier();
        Repair.Changes changes = take.apply(one);
        if (isForgotten(changes.frontierMs(), state)) {
            following.mustCompareBehindFrontier(one.with().id());
        }
        List<Event> events = one.events(changes, state, ports.replicas().metrics());
        boolean isOther = isKeepingAll && following.isBehindFrontier();
        return new Outcome(events, isOther ? now -> begin(one.with(), now) : now -> goOn(one, now));
    }

    /** Only who is not live, and so has perhaps been away, may bring what was removed and forgotten meanwhile. */
    private boolean isTrusted(ReplicaState sender) {
        return following.own() != ReplicaState.LIVE || sender == ReplicaState.LIVE;
    }

    /**
     * Whether a replica with this frontier may have forgotten what was removed while the one with the state was away: only after a whole
     * retention has it. Else nothing is dropped for it, as it may be one whose disk was lost.
     */
    private boolean isForgotten(long frontierMs, PartitionState state) {
        return frontierMs - state.frontierMs() > settings.retention().toMillis();
    }

    private void begin(Sibling with, PartitionState state) {
        Repair.Keep keep = following.isBehindFrontier() ? Repair.Keep.FRESH : Repair.Keep.ALL;
        comparison = Optional.of(new Comparison(with, new Repair(asker, keep), isTrusted(with.state())));
        ports.replicas().metrics().compared();
        goOn(comparison.get(), state);
    }

    private void goOn(Comparison one, PartitionState state) {
        long nowMs = steadyMs.getAsLong();
        switch (one.next(state, nowMs)) {
            case Repair.Next.Ask ask -> ports.peers().tell(one.with().id(), partition, ask.question());
            case Repair.Next.Done done -> {
                comparison = Optional.empty();
                Sibling with = one.with();
                LogPosition position = new LogPosition(with.storeId(), with.incarnation(), Cursor.at(done.seq()), true);
                act(following.compared(with.id(), position, state, nowMs), state);
            }
        }
    }

    private void act(List<Following.Ask> asks, PartitionState state) {
        for (Following.Ask ask : asks) {
            switch (ask) {
                case Following.Ask.Follow follow ->
                    ports.peers()
                            .tell(
                                    follow.to(),
                                    partition,
                                    new Replication.Follow(
                                            self.id(), follow.from(), follow.isWhole(), settings.shipmentBytes()));
                case Following.Ask.Compare compare -> begin(compare.with(), state);
            }
        }
        onState.accept(following.own());
    }

    /** The state's last changes are in the journal. */
    void changed(List<Event> events, PartitionState state) {
        long seq = state.seq() - events.size();
        for (Event event : events) {
            shipping.changed(event, ++seq);
        }
        lagIs(shipping.lag());
        for (Shipping.Addressed answer : shipping.answers(state, following.own())) {
            ports.peers().tell(answer.to(), partition, answer.shipment());
        }
    }

    private void lagIs(long now) {
        if (now != lag) {
            ports.replicas().metrics().lags(now - lag);
            lag = now;
        }
    }

    /** Completes a frame's operations, which are in the journal with all that they were judged on, at the level they reach in time. */
    void complete(Submission submission, List<Rejection> refused) {
        Followers followers = shipping.followers();
        boolean waits = submission.wanted() == Level.REPLICATED && ports.journaled() == Level.PERSISTED;
        if (!waits || !followers.hasSiblings()) {
            submission.completed(refused, ports.journaled());
            return;
        }
        long deadlineMs = steadyMs.getAsLong() + settings.replicateTimeout().toMillis();
        followers.await(shipping.writtenSeq(), deadlineMs, isReplicated -> {
            ports.replicas().metrics().waited(isReplicated);
            submission.completed(refused, isReplicated ? Level.REPLICATED : ports.journaled());
        });
    }

    /** For how long nobody has to look after those who wait; empty if nobody waits. */
    OptionalLong waitMs() {
        OptionalLong deadline = shipping.followers().nextDeadlineMs();
        return deadline.isEmpty()
                ? deadline
                : OptionalLong.of(Math.max(1, deadline.getAsLong() - steadyMs.getAsLong()));
    }
}
