package io.topgun.node.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Partitions;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlacementTest {
    private static final int FACTOR = 3;
    private static final int MOVES = 16;

    private final Placement placement = new Placement(FACTOR);
    private final Map<String, Set<Slot>> held = new TreeMap<>();

    private void join(String node) {
        held.put(node, new HashSet<>());
    }

    private static String node(int number) {
        return "pekko://topgun@127.0.0." + number + ":2551";
    }

    /** Gives every partition as many replicas as there may be; tells how many slots were given a home. */
    private int fill() {
        int placed = 0;
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            for (int replica = 0; replica < FACTOR; replica++) {
                Slot slot = new Slot(partition, replica);
                if (held.values().stream().noneMatch(slots -> slots.contains(slot))) {
                    placed += placement
                            .home(slot, held, node -> false)
                            .map(home -> held.getOrDefault(home, Set.of()).add(slot) ? 1 : 0)
                            .orElse(0);
                }
            }
        }
        return placed;
    }

    /** Moves until nothing more wants to move; tells how many slots moved. */
    private int settle() {
        int moved = 0;
        Map<Slot, String> moves = placement.moves(held, Set.of(), partition -> true, MOVES);
        while (!moves.isEmpty()) {
            assertTrue(moves.size() <= MOVES);
            assertEquals(moves.size(), partitions(moves.keySet()).size(), "two siblings at a time");
            Set<Slot> leaving = moves.keySet();
            held.values().forEach(slots -> slots.removeAll(leaving));
            moves.forEach((slot, to) -> held.getOrDefault(to, Set.of()).add(slot));
            moved += moves.size();
            moves = placement.moves(held, Set.of(), partition -> true, MOVES);
        }
        return moved;
    }

    private static Set<Integer> partitions(Set<Slot> slots) {
        return slots.stream().map(Slot::partition).collect(Collectors.toSet());
    }

    private void checkPlacement() {
        held.forEach(
                (node, slots) -> assertEquals(slots.size(), partitions(slots).size(), "siblings share " + node));
        int placed = held.values().stream().mapToInt(Set::size).sum();
        assertEquals(Partitions.COUNT * Math.min(FACTOR, held.size()), placed);
    }

    private void checkBalance() {
        double even = Partitions.COUNT * Math.min(FACTOR, held.size()) / (double) held.size();
        held.forEach((node, slots) -> assertTrue(
                Math.abs(slots.size() - even) <= 1 + even / 50, () -> node + " has " + slots.size() + " of " + even));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 20})
    void shouldPlaceSiblingsApartAndEvenlyWhenAllNodesAreThere(int nodes) {
        for (int i = 1; i <= nodes; i++) {
            join(node(i));
        }
        fill();
        checkPlacement();
        settle();
        checkPlacement();
        checkBalance();
    }

    @Test
    void shouldMoveAboutTheShareOfTheNewNodeWhenOneJoins() {
        for (int i = 1; i <= 3; i++) {
            join(node(i));
        }
        fill();
        join(node(4));
        int moved = settle();
        checkPlacement();
        checkBalance();
        int share = Partitions.COUNT * FACTOR / 4;
        assertTrue(moved >= share && moved <= share + 1, moved + " moved for a share of " + share);
    }

    @Test
    void shouldGiveANodeItsSlotsBackWhenItReturnsBeforeAnyMoved() {
        for (int i = 1; i <= 5; i++) {
            join(node(i));
        }
        fill();
        settle();
        Set<Slot> before = held.remove(node(2));
        join(node(2));
        fill();
        assertEquals(before, held.get(node(2)));
    }

    @Test
    void shouldPreferTheNodeThatHasThePartitionOnItsDiskUnlessItHasItsShare() {
        for (int i = 1; i <= 5; i++) {
            join(node(i));
        }
        for (int i = 1; i <= 5; i++) {
            String stored = node(i);
            assertEquals(Optional.of(stored), placement.home(new Slot(0, 0), held, stored::equals));
        }
        fill();
        Set<Slot> lost = Set.copyOf(Objects.requireNonNull(held.put(node(2), new HashSet<>())));
        for (Slot slot : lost) {
            Optional<String> home = placement.home(slot, held, node -> !node.equals(node(2)));
            assertTrue(
                    home.isPresent() && held.getOrDefault(home.get(), Set.of()).add(slot));
        }
        settle();
        checkPlacement();
        checkBalance();
    }

    @Test
    void shouldLeaveASlotWithoutAHomeWhenEveryNodeHasASibling() {
        join(node(1));
        join(node(2));
        fill();
        assertTrue(placement.home(new Slot(0, 2), held, node -> false).isEmpty());
        checkPlacement();
    }

    @Test
    void shouldMoveNothingOfAPartitionWhenNotAllOfItIsLive() {
        for (int i = 1; i <= 3; i++) {
            join(node(i));
        }
        fill();
        join(node(4));
        assertTrue(placement.moves(held, Set.of(), partition -> false, MOVES).isEmpty());
        Set<Slot> moves = placement
                .moves(held, Set.of(), partition -> partition % 2 == 0, MOVES)
                .keySet();
        assertTrue(!moves.isEmpty() && moves.stream().allMatch(slot -> slot.partition() % 2 == 0));
    }

    @Test
    void shouldStayWithinItsMovesWhenSomeAreUnderWay() {
        for (int i = 1; i <= 3; i++) {
            join(node(i));
        }
        fill();
        join(node(4));
        Set<Slot> first =
                placement.moves(held, Set.of(), partition -> true, MOVES).keySet();
        Set<Slot> more =
                placement.moves(held, first, partition -> true, MOVES + 4).keySet();
        assertEquals(4, more.size());
        assertTrue(Collections.disjoint(partitions(first), partitions(more)));
    }

    /** Nodes come, leave and die at random; what stands must hold after every step. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldKeepSiblingsApartAndSettleEvenlyWhenMembershipChangesAtRandom(long seed) {
        Random random = new Random(seed);
        Map<String, Integer> seen = new HashMap<>();
        join(node(1));
        for (int step = 0; step < 25; step++) {
            List<String> nodes = List.copyOf(held.keySet());
            if (nodes.size() > 1 && random.nextInt(3) == 0) {
                held.remove(nodes.get(random.nextInt(nodes.size())));
            } else {
                String node = node(1 + random.nextInt(9));
                seen.merge(node, 1, Integer::sum);
                held.putIfAbsent(node, new HashSet<>());
            }
            fill();
            settle();
            checkPlacement();
            checkBalance();
        }
        assertTrue(seen.size() > 2, "a schedule of seed " + seed);
    }
}
