package io.topgun.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final NodeId A = new NodeId("pekko://topgun@127.0.0.1:7270", 1);
    private static final NodeId B = new NodeId("pekko://topgun@127.0.0.2:7270", 2);
    private static final NodeId B_AGAIN = new NodeId(B.address(), 3);

    private final Members members = new Members(told(A));

    private static Told told(NodeId id) {
        return Told.of(new NodeInfo(id, id.uid(), 1, "http://node", true, false, Replicas.NONE));
    }

    private List<NodeId> ids() {
        return members.view().nodes().stream().map(NodeInfo::id).toList();
    }

    @Test
    void shouldKnowItselfBeforeItIsAMember() {
        assertEquals(List.of(A), ids());
        assertEquals(A, members.view().self());
    }

    @Test
    void shouldKnowWhoIsAMemberAndHasTold() {
        members.joined(A);
        members.joined(B);
        assertEquals(List.of(A), ids());
        members.told(List.of(told(A), told(B)));
        assertEquals(List.of(A, B), ids());
        members.told(List.of(told(A), told(B), told(B_AGAIN)));
        assertEquals(List.of(A, B), ids());
    }

    @Test
    void shouldSayWhoIsMissing() {
        assertFalse(members.view().isComplete());
        members.joined(A);
        assertTrue(members.view().isComplete());
        members.joined(B);
        assertFalse(members.view().isComplete());
        members.reachable(B, false);
        assertTrue(members.view().isComplete());
        members.reachable(B, true);
        members.told(List.of(told(B)));
        assertTrue(members.view().isComplete());
    }

    @Test
    void shouldForgetWhoLeftAndTakeItsNextRunForAnother() {
        members.joined(B);
        members.reachable(B, false);
        members.told(List.of(told(B), told(B_AGAIN)));
        members.joined(B_AGAIN);
        members.left(B);
        assertEquals(List.of(A, B_AGAIN), ids());
        assertTrue(members.view().nodes().stream().allMatch(NodeInfo::isReachable));
    }

    @Test
    void shouldSayWhoCannotBeReached() {
        members.joined(B);
        members.told(List.of(told(B)));
        members.reachable(B, false);
        assertFalse(members.view().node(B).orElseThrow().isReachable());
        members.reachable(B, true);
        assertTrue(members.view().node(B).orElseThrow().isReachable());
    }

    @Test
    void shouldTrustItselfMoreThanWhatIsToldOfIt() {
        members.joined(A);
        members.told(List.of(told(A).with(5, ReplicaState.LIVE)));
        members.self(told(A).with(5, ReplicaState.NEW));
        assertEquals(
                ReplicaState.NEW,
                members.view().node(A).orElseThrow().replicas().of(5));
    }

    @Test
    void shouldKnowWhichSlotsRun() {
        Told running = told(A).with(5, 2).with(5, ReplicaState.NEW).with(5, ReplicaState.LIVE);
        assertEquals(2, running.slot(5));
        assertEquals(-1, running.slot(6));
        assertEquals(2, running.with(5, ReplicaState.STORED).slot(5));
        assertEquals(-1, running.with(5, Told.NO_SLOT).slot(5));
        assertEquals(Set.of(true), Set.of(running.leaving().info().isLeaving()));
        assertThrows(IllegalArgumentException.class, () -> new Told(running.info(), "--"));
    }
}
