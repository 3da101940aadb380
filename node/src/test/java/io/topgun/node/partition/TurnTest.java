package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.protocol.Op;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one of three replicas makes at once of what the others ship and a client sends. */
class TurnTest {
    private final SimulatedReplicas replicas = new SimulatedReplicas(3);
    private final SimulatedReplicas.Machine one = replicas.machines.get(0);
    private final SimulatedReplicas.Machine second = replicas.machines.get(1);
    private final SimulatedReplicas.Machine third = replicas.machines.get(2);

    @BeforeEach
    void start() {
        replicas.machines.forEach(SimulatedReplicas.Machine::start);
        replicas.settle();
        deliverAll();
    }

    private void deliverAll() {
        while (!replicas.network.isEmpty()) {
            replicas.deliver(0);
        }
    }

    /** Lets arrive what is on its way, of which nobody takes anything yet. */
    private void arrive() {
        int i = 0;
        while (i < replicas.network.size()) {
            if (SimulatedReplicas.isDrain(replicas.network.get(i))) {
                i++;
            } else {
                replicas.deliver(i);
            }
        }
    }

    private static List<Op> op(String key) {
        return List.of(new Op(0, "m", key, Histories.value(150, 1)));
    }

    private static void write(SimulatedReplicas.Machine machine, String key) {
        machine.write(op(key), level -> {});
    }

    private static Set<String> keys(SimulatedReplicas.Machine machine) {
        return SimulatedReplicas.content(machine.state).keySet();
    }

    private static List<Class<?>> kinds(List<Event> events) {
        return events.stream().<Class<?>>map(Event::getClass).toList();
    }

    @Test
    void shouldTakeWhatAllSiblingsShippedAndAClientSent() {
        write(second, "a");
        write(third, "b");
        arrive();
        assertEquals(List.of(Event.Shipped.class, Event.Shipped.class, Event.Merged.class), kinds(one.turn(op("c"))));
        assertEquals(Set.of("m/a", "m/b", "m/c"), keys(one));
        assertEquals(List.of(), one.turn(List.of()), "all is taken");
        deliverAll();
        assertEquals(keys(one), keys(second));
        assertEquals(keys(one), keys(third));
    }

    @Test
    void shouldTakeOnceWhatSiblingsAndAClientAllHave() {
        write(second, "a");
        write(third, "a");
        arrive();
        assertEquals(List.of(Event.Shipped.class), kinds(one.turn(op("a"))));
    }

    @Test
    void shouldAdvanceTheFrontierBehindAllCells() {
        second.advanceFrontier(200);
        write(third, "b");
        arrive();
        List<Event> events = one.turn(op("c"));
        assertEquals(List.of(Event.Shipped.class, Event.Merged.class, Event.FrontierAdvanced.class), kinds(events));
        assertEquals(200, one.state.frontierMs());
    }

    @Test
    void shouldTellNobodyBeforeItIsInTheJournal() {
        write(second, "a");
        arrive();
        LogPosition before = one.state.logs().of(second.storeId).orElseThrow();
        Turn turn = one.decide(op("c"));
        assertEquals(2, turn.events().size());
        assertTrue(replicas.network.stream().allMatch(SimulatedReplicas::isDrain), () -> "" + replicas.network);
        assertEquals(before, one.state.logs().of(second.storeId).orElseThrow());
    }

    @Test
    void shouldTakeTheAnswerToItsQuestionAlthoughAnEarlierOneComesAgain() {
        write(second, "a");
        SimulatedReplicas.Message earlier = replicas.network.stream()
                .filter(message -> message.from() == second && one.isAt(message.to()))
                .findFirst()
                .orElseThrow();
        deliverAll();
        write(second, "b");
        arrive();
        replicas.network.add(earlier);
        arrive();
        one.turn(List.of());
        assertEquals(Set.of("m/a", "m/b"), keys(one));
    }
}
