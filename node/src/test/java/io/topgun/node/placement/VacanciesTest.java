package io.topgun.node.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.crdt.Partitions;
import io.topgun.node.cluster.ClusterView;
import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.NodeInfo;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.node.cluster.Replicas;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is to be started of partition 0, as nodes come and go; the others have no replica anywhere. */
class VacanciesTest {
    private static final long GRACE_MS = 30_000;

    private final Vacancies vacancies = new Vacancies(3, Duration.ofMillis(GRACE_MS));
    private final Map<Integer, NodeInfo> nodes = new TreeMap<>();
    private final Map<Integer, Integer> slots = new TreeMap<>();
    private long nowMs;

    private void node(int number, long run, boolean isLeaving, ReplicaState state, int slot) {
        NodeId id = new NodeId("pekko://topgun@127.0.0." + number + ":7270", run);
        nodes.put(number, new NodeInfo(id, number, 1, "", true, isLeaving, Replicas.NONE.with(0, state)));
        slots.put(number, slot);
    }

    private void live(int number, int slot) {
        node(number, 1, false, ReplicaState.LIVE, slot);
    }

    private void empty(int number) {
        node(number, 1, false, ReplicaState.ABSENT, -1);
    }

    private int slot(NodeInfo node, int partition) {
        return partition == 0 ? slots.getOrDefault((int) node.storeId(), -1) : -1;
    }

    private ClusterView view() {
        return new ClusterView(nodes.values().iterator().next().id(), List.copyOf(nodes.values()));
    }

    private Set<Integer> missing() {
        return missing(node -> true);
    }

    private Set<Integer> missing(Predicate<NodeInfo> isOpen) {
        ClusterView view = view();
        vacancies.observe(view, nowMs);
        return vacancies.missing(view, isOpen, this::slot).stream()
                .filter(slot -> slot.partition() == 0)
                .map(Slot::replica)
                .collect(Collectors.toSet());
    }

    @Test
    void shouldStartAsManyAsThereAreNodesForAndNoMoreThanWanted() {
        empty(1);
        assertEquals(Set.of(0), missing());
        empty(2);
        assertEquals(Set.of(0, 1), missing());
        empty(3);
        empty(4);
        assertEquals(Set.of(0, 1, 2), missing());
        ClusterView view = view();
        assertEquals(
                3 * Partitions.COUNT,
                vacancies.missing(view, node -> true, (node, partition) -> -1).size());
        assertEquals(
                Partitions.COUNT,
                vacancies
                        .missing(view, node -> node.storeId() == 2, (node, partition) -> -1)
                        .size());
    }

    @Test
    void shouldTakeNumbersThatAreFree() {
        live(1, 1);
        live(2, 3);
        empty(3);
        assertEquals(Set.of(0), missing());
    }

    @Test
    void shouldNotStartAgainWhatIsAboutToRun() {
        node(1, 1, false, ReplicaState.ABSENT, 0);
        assertEquals(Set.of(), missing());
    }

    @Test
    void shouldStartNoReplicaBesideThoseOfANodeThatIsTooBusyToSayWhatItHas() {
        live(1, 0);
        live(2, 1);
        live(3, 2);
        empty(4);
        assertEquals(Set.of(), missing(node -> node.storeId() != 3));
    }

    @Test
    void shouldKeepThePlaceOfANodeThatIsAwayForTheGrace() {
        live(1, 0);
        live(2, 1);
        live(3, 2);
        empty(4);
        assertEquals(Set.of(), missing());
        nodes.remove(3);
        nowMs += 1;
        assertEquals(Set.of(), missing());
        nowMs += GRACE_MS - 1;
        assertEquals(Set.of(), missing());
        nowMs += 1;
        assertEquals(Set.of(2), missing());
    }

    @Test
    void shouldGiveANodeItsReplicaBackAtOnce() {
        live(1, 0);
        live(2, 1);
        live(3, 2);
        empty(4);
        missing();
        nodes.remove(3);
        missing();
        node(3, 2, false, ReplicaState.STORED, -1);
        assertEquals(Set.of(2), missing());
    }

    @Test
    void shouldWaitForNobodyWhereOneReplicaIsLeft() {
        live(1, 0);
        live(2, 1);
        live(3, 2);
        empty(4);
        missing();
        nodes.remove(2);
        nodes.remove(3);
        assertEquals(Set.of(1), missing());
    }

    @Test
    void shouldKeepThePlaceOfANodeThatLeavesFromWhenItIsGone() {
        live(1, 0);
        live(2, 1);
        live(3, 2);
        empty(4);
        missing();
        node(3, 1, true, ReplicaState.LIVE, 2);
        assertEquals(Set.of(), missing());
        nowMs += GRACE_MS;
        node(3, 1, true, ReplicaState.STORED, -1);
        assertEquals(Set.of(), missing());
        nodes.remove(3);
        nowMs += GRACE_MS - 1;
        assertEquals(Set.of(), missing());
        nowMs += 1;
        assertEquals(Set.of(2), missing());
    }

    @Test
    void shouldMakeAReplicaElsewhereWhileTwoLeaveThatHaveMostOfThem() {
        live(1, 0);
        empty(4);
        node(2, 1, true, ReplicaState.LIVE, 1);
        node(3, 1, true, ReplicaState.LIVE, 2);
        assertEquals(Set.of(3), missing());
    }
}
