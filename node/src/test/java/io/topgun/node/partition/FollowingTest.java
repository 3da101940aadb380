package io.topgun.node.partition;

import static io.topgun.node.partition.Histories.value;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.ReplicaState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom a replica asks next, and what it is meanwhile. */
class FollowingTest {
    private static final long AGAIN_MS = 5_000;
    private static final NodeId A = new NodeId("a", 1);
    private static final NodeId B = new NodeId("b", 1);

    private final PartitionState state = Histories.state();
    private Following following = new Following(true, AGAIN_MS);

    private static Sibling sibling(NodeId id, ReplicaState state) {
        return new Sibling(id, id.address().charAt(0), 1, state);
    }

    private static LogPosition position(NodeId of, long seq) {
        return new LogPosition(of.address().charAt(0), 1, Cursor.at(seq), true);
    }

    private List<Following.Ask> siblings(Sibling... now) {
        return following.siblings(List.of(now), true, state, 0);
    }

    private void returnWith(NodeId... known) {
        state.apply(Histories.merged("m", "k", value(5, 1)));
        for (NodeId one : known) {
            state.logs().reached(position(one, 3));
        }
        following = new Following(false, AGAIN_MS);
    }

    private static Replication.Shipment shipment(NodeId who, LogPosition from, boolean isGood) {
        return new Replication.Shipment(who, from, isGood, position(who, 9), false, List.of(), 0, ReplicaState.LIVE);
    }

    @Test
    void shouldBeLiveAtOnceWhenItIsAlone() {
        assertEquals(List.of(), siblings());
        assertEquals(ReplicaState.LIVE, following.own());
    }

    /** A node that starts hears of the others one by one; who is silent so far may have what this one lacks. */
    @Test
    void shouldNotBeLiveBeforeEveryMemberHasToldWhatItHas() {
        following.siblings(List.of(), false, state, 0);
        assertEquals(ReplicaState.NEW, following.own());
        returnWith();
        following.siblings(List.of(), false, state, 0);
        assertEquals(ReplicaState.RETURNING, following.own());
        siblings();
        assertEquals(ReplicaState.LIVE, following.own());
    }

    @Test
    void shouldWaitForWhoHasThePartitionOnItsDiskWhenItIsNew() {
        assertEquals(List.of(), siblings(sibling(A, ReplicaState.STORED)));
        assertEquals(ReplicaState.NEW, following.own());
        siblings(sibling(A, ReplicaState.RETURNING));
        assertEquals(ReplicaState.NEW, following.own());
    }

    @Test
    void shouldNotWaitForOthersThatCatchUpWhenItReturns() {
        returnWith();
        siblings(sibling(A, ReplicaState.RETURNING), sibling(B, ReplicaState.STORED));
        assertEquals(ReplicaState.LIVE, following.own());
    }

    @Test
    void shouldReadAllOfOneLiveSiblingAndThenOnlyWhatClientsWroteAtEach() {
        List<Following.Ask> first = siblings(sibling(A, ReplicaState.LIVE), sibling(B, ReplicaState.LIVE));
        assertEquals(List.of(new Following.Ask.Follow(A, LogPosition.START, true)), first);
        assertEquals(ReplicaState.NEW, following.own());
        List<Following.Ask> then = following.reached(shipment(A, LogPosition.START, true), state, 1);
        assertEquals(ReplicaState.LIVE, following.own());
        assertEquals(
                List.of(
                        new Following.Ask.Follow(A, position(A, 9), false),
                        new Following.Ask.Follow(B, LogPosition.START, false)),
                then);
    }

    @Test
    void shouldReadFromTheOneWhoseLogItKnowsWhenItReturns() {
        returnWith(B);
        assertEquals(
                List.of(new Following.Ask.Follow(B, position(B, 3), true)),
                siblings(sibling(A, ReplicaState.LIVE), sibling(B, ReplicaState.LIVE)));
    }

    @Test
    void shouldCompareWhenTheLogDoesNotReachBack() {
        returnWith(A);
        Sibling live = sibling(A, ReplicaState.LIVE);
        siblings(live);
        assertEquals(List.of(new Following.Ask.Compare(live)), following.refused(A, state, 1));
        assertEquals(
                List.of(new Following.Ask.Follow(A, position(A, 8), true)),
                following.compared(A, position(A, 8), state, 2));
        assertEquals(ReplicaState.RETURNING, following.own());
        following.reached(shipment(A, position(A, 8), true), state, 3);
        assertEquals(ReplicaState.LIVE, following.own());
    }

    @Test
    void shouldCompareWithOneAtATimeAndWithTheOthersWhenOneDoesNotAnswer() {
        returnWith(A, B);
        Sibling a = sibling(A, ReplicaState.RETURNING);
        Sibling b = sibling(B, ReplicaState.RETURNING);
        siblings(a, b);
        assertEquals(List.of(new Following.Ask.Compare(a)), following.refused(A, state, 1));
        assertEquals(List.of(), following.refused(B, state, 1));
        assertEquals(List.of(new Following.Ask.Compare(b)), following.notCompared(A, state, 2));
        assertEquals(
                List.of(new Following.Ask.Follow(B, position(B, 8), true), new Following.Ask.Compare(a)),
                following.compared(B, position(B, 8), state, 3));
    }

    @Test
    void shouldTurnToAnotherOneWhenTheOneItReadsFromDoesNotAnswer() {
        returnWith(A);
        siblings(sibling(A, ReplicaState.LIVE), sibling(B, ReplicaState.LIVE));
        List<Following.Ask> again = List.of(new Following.Ask.Follow(A, position(A, 3), true));
        assertEquals(again, following.tick(state, AGAIN_MS));
        assertEquals(again, following.tick(state, 2 * AGAIN_MS));
        assertEquals(
                List.of(new Following.Ask.Compare(sibling(B, ReplicaState.LIVE))), following.tick(state, 3 * AGAIN_MS));
    }

    @Test
    void shouldAskAtOnceAgainWhenASiblingIsInAnotherState() {
        siblings(sibling(A, ReplicaState.NEW));
        assertEquals(
                List.of(new Following.Ask.Follow(A, LogPosition.START, false)),
                siblings(sibling(A, ReplicaState.LIVE)));
        assertEquals(List.of(), siblings(sibling(A, ReplicaState.LIVE)));
    }
}
