package io.topgun.node.partition;

import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** How a replica ships its log: every rule about what a sibling that asks is sent, and when. */
final class Shipping {
    private final NodeId self;
    private final long storeId;
    private final long incarnation;
    private final Tail tail;
    private final Followers followers = new Followers();

    /** A log that is shipped, of this run of a node and its store. */
    Shipping(NodeId self, long storeId, long incarnation, int tailBytesMax) {
        this.self = self;
        this.storeId = storeId;
        this.incarnation = incarnation;
        this.tail = new Tail(tailBytesMax);
    }

    Followers followers() {
        return followers;
    }

    /** Number of the last change that siblings have to get. */
    long writtenSeq() {
        return tail.writtenSeq();
    }

    /** How many of its last changes no sibling has; none if there is no sibling. */
    long lag() {
        return followers.hasSiblings() ? Math.max(0, tail.writtenSeq() - followers.highWater()) : 0;
    }

    /** The replica has recovered up to this number; who asked it before asks again. */
    void restart(long seq) {
        tail.restart(seq);
        followers.restart();
    }

    /** A change is in the journal. */
    void changed(Event event, long seq) {
        switch (event) {
            case Event.Merged merged -> tail.written(seq, List.of(merged.block()));
            case Event.FrontierAdvanced advanced -> tail.written(seq, List.of());
            case Event.Shipped shipped -> tail.passed(seq);
            case Event.Repaired repaired -> tail.passed(seq);
        }
        if (!followers.hasSiblings()) {
            tail.trim(seq); // what those who are there have was let go when they told
        }
    }

    /** Those who can follow are these from now on. */
    void siblings(Collection<NodeId> now) {
        followers.siblings(now);
        tail.trim(followers.allHave());
    }

    /** A sibling asks; the answer, if there is one yet. */
    Optional<Replication.Shipment> follow(Replication.Follow follow, PartitionState state, ReplicaState own) {
        LogPosition from = follow.from();
        if (from.isComplete() && isOfThisLog(from, state)) {
            followers.acknowledge(follow.who(), from.seq());
            tail.trim(followers.allHave());
        }
        boolean again = followers.ask(follow);
        Optional<Replication.Shipment> answer = answer(follow, state, own, again);
        answer.ifPresent(shipment -> followers.answered(follow.who()));
        return answer;
    }

    /** A shipment and who asked for it. */
    record Addressed(NodeId to, Replication.Shipment shipment) {}

    /** What those who ask can be answered by now. */
    List<Addressed> answers(PartitionState state, ReplicaState own) {
        List<Addressed> answers = new ArrayList<>();
        for (Replication.Follow follow : followers.asking()) {
            answer(follow, state, own, false).ifPresent(shipment -> {
                followers.answered(follow.who());
                answers.add(new Addressed(follow.who(), shipment));
            });
        }
        return answers;
    }

    /** @param move whether to answer if there is nothing to tell but that the log has got on */
    private Optional<Replication.Shipment> answer(
            Replication.Follow follow, PartitionState state, ReplicaState own, boolean move) {
        LogPosition from = follow.from();
        boolean isStart = from.storeId() == LogPosition.START.storeId();
        if (!isStart && !isOfThisLog(from, state)) {
            return Optional.of(refusal(from, state, own));
        }
        if (!follow.isWhole()) {
            return tail.covers(from.seq()) ? written(follow, state, own, move) : Optional.of(refusal(from, state, own));
        }
        if (!state.isGood(from.cursor())) {
            return Optional.of(refusal(from, state, own));
        }
        PartitionState.Changes changes = state.changesSince(state.maps(), from.seq(), follow.bytesMax());
        LogPosition next = position(changes.next(), !changes.more());
        return Optional.of(shipment(from, true, next, changes.more(), blocks(changes.entries()), state, own));
    }

    private Optional<Replication.Shipment> written(
            Replication.Follow follow, PartitionState state, ReplicaState own, boolean move) {
        LogPosition from = follow.from();
        boolean isStart = from.storeId() == LogPosition.START.storeId();
        boolean hasMoved = move && from.seq() < state.seq();
        if (from.seq() >= tail.writtenSeq() && !hasMoved && !isStart) {
            return Optional.empty();
        }
        Tail.Run run = tail.since(from.seq(), follow.bytesMax());
        LogPosition next = position(new Cursor(run.toSeq(), state.droppedSeq()), true);
        return Optional.of(shipment(from, true, next, run.more(), run.blocks(), state, own));
    }

    private Replication.Shipment refusal(LogPosition from, PartitionState state, ReplicaState own) {
        return shipment(from, false, from, false, List.of(), state, own);
    }

    private boolean isOfThisLog(LogPosition position, PartitionState state) {
        return position.storeId() == storeId && position.incarnation() <= incarnation && position.seq() <= state.seq();
    }

    private LogPosition position(Cursor cursor, boolean isComplete) {
        return new LogPosition(storeId, incarnation, cursor, isComplete);
    }

    private Replication.Shipment shipment(
            LogPosition from,
            boolean isGood,
            LogPosition next,
            boolean more,
            List<byte[]> blocks,
            PartitionState state,
            ReplicaState own) {
        return new Replication.Shipment(self, from, isGood, next, more, blocks, state.frontierMs(), own);
    }

    private static List<byte[]> blocks(List<Entry> entries) {
        if (entries.isEmpty()) {
            return List.of();
        }
        CborWriter block = new CborWriter();
        BlockCodec.write(block, entries);
        return List.of(block.toByteArray());
    }
}
