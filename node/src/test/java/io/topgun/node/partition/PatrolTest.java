package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.ReplicaState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When siblings are compared with. */
class PatrolTest {
    private static final Sibling A = sibling("pekko://a", ReplicaState.LIVE);
    private static final Sibling B = sibling("pekko://b", ReplicaState.LIVE);

    private final Patrol patrol = new Patrol(30);

    private static Sibling sibling(String address, ReplicaState state) {
        return new Sibling(new NodeId(address, 1), 1, 1, state);
    }

    private List<Optional<Sibling>> next(long nowMs, boolean isQuiet) {
        return List.of(patrol.next(nowMs, isQuiet), patrol.next(nowMs, isQuiet), patrol.next(nowMs, isQuiet));
    }

    private static List<Optional<Sibling>> both() {
        return List.of(Optional.of(A), Optional.of(B), Optional.empty());
    }

    private static List<Optional<Sibling>> none() {
        return List.of(Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void shouldCompareWithEveryLiveSiblingAtOnceWhenTheyHaveChanged() {
        patrol.siblings(List.of(A, sibling("pekko://c", ReplicaState.NEW), B));
        assertEquals(both(), next(0, false));
        patrol.siblings(List.of(A, B));
        assertEquals(both(), next(1, false));
    }

    @Test
    void shouldCompareAgainWhenItIsTime() {
        patrol.siblings(List.of(A, B));
        assertEquals(both(), next(0, true));
        assertEquals(none(), next(29, true));
        assertEquals(both(), next(30, true));
    }

    @Test
    void shouldCompareHalfAsOftenWhileItIsWrittenTo() {
        patrol.siblings(List.of(A, B));
        assertEquals(both(), next(0, false));
        assertEquals(none(), next(59, false));
        assertEquals(both(), next(60, false));
        assertEquals(both(), next(90, true));
    }
}
