package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.node.cluster.ReplicaState;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws of three replicas of a partition, whatever is lost, duplicated, delayed, reordered, cut off, restarted or wiped between them. */
class ReplicationLawsTest {
    private static final int COUNT = 3;

    /** What happens. */
    sealed interface Fate {
        record Write(int machine, List<Op> ops) implements Fate {}

        record Deliver(int which) implements Fate {}

        record Lose(int which) implements Fate {}

        record Duplicate(int which) implements Fate {}

        record Pass(int ms) implements Fate {}

        record Cut(int a, int b) implements Fate {}

        record Heal() implements Fate {}

        record Crash(int machine) implements Fate {}

        record Fail(int machine) implements Fate {}

        record Start(int machine) implements Fate {}

        record Wipe(int machine) implements Fate {}
    }

    @Provide
    Arbitrary<List<Fate>> fates() {
        Arbitrary<Integer> machines = Arbitraries.integers().between(0, COUNT - 1);
        Arbitrary<Integer> any = Arbitraries.integers().between(0, 20);
        Arbitrary<List<Op>> batches = Histories.steps()
                .filter(step -> step instanceof Histories.Step.Batch)
                .map(step -> ((Histories.Step.Batch) step).ops());
        Arbitrary<Fate> each = Arbitraries.frequencyOf(
                Tuple.of(20, Combinators.combine(machines, batches).as(Fate.Write::new)),
                Tuple.of(
                        60,
                        Arbitraries.frequencyOf(Tuple.of(3, Arbitraries.just(0)), Tuple.of(1, any))
                                .map(Fate.Deliver::new)),
                Tuple.of(4, any.map(Fate.Lose::new)),
                Tuple.of(4, any.map(Fate.Duplicate::new)),
                Tuple.of(6, Arbitraries.of(100, 2_000, 6_000).map(Fate.Pass::new)),
                Tuple.of(
                        2,
                        Combinators.combine(machines, machines)
                                .filter((a, b) -> !a.equals(b))
                                .as(Fate.Cut::new)),
                Tuple.of(2, Arbitraries.just(new Fate.Heal())),
                Tuple.of(2, machines.map(Fate.Crash::new)),
                Tuple.of(2, machines.map(Fate.Fail::new)),
                Tuple.of(5, machines.map(Fate.Start::new)),
                Tuple.of(1, machines.map(Fate.Wipe::new)));
        return each.list().ofMinSize(20).ofMaxSize(200);
    }

    /** Some fates, and what was told on the way. */
    private static final class Run {
        final SimulatedReplicas replicas = new SimulatedReplicas(COUNT);
        private int wiped;

        Run() {
            replicas.machines.forEach(SimulatedReplicas.Machine::start);
        }

        void live(Fate fate) {
            switch (fate) {
                case Fate.Write write -> write(machine(write.machine()), write.ops());
                case Fate.Deliver deliver -> replicas.deliver(deliver.which());
                case Fate.Lose lose -> replicas.lose(lose.which());
                case Fate.Duplicate duplicate -> replicas.duplicate(duplicate.which());
                case Fate.Pass pass -> replicas.pass(pass.ms());
                case Fate.Cut cut -> replicas.cut(cut.a(), cut.b());
                case Fate.Heal heal -> replicas.heal();
                case Fate.Crash crash -> machine(crash.machine()).stop();
                case Fate.Fail fail -> machine(fail.machine()).fail();
                case Fate.Start start -> start(machine(start.machine()));
                case Fate.Wipe wipe -> wipe(machine(wipe.machine()));
            }
        }

        private SimulatedReplicas.Machine machine(int index) {
            return replicas.machines.get(index);
        }

        private static void start(SimulatedReplicas.Machine machine) {
            if (!machine.isUp()) {
                machine.start();
            }
        }

        /** One disk at most is lost, so that what two have is never lost. */
        private void wipe(SimulatedReplicas.Machine machine) {
            if (wiped++ == 0) {
                machine.wipe();
            }
        }

        private void write(SimulatedReplicas.Machine machine, List<Op> ops) {
            if (machine.isUp()) {
                List<Entry> cells = new ArrayList<>();
                ops.forEach(op -> cells.add(new Entry(op.map(), op.key(), op.delta())));
                machine.write(ops, level -> {
                    if (level == Level.REPLICATED) {
                        assertReplicated(cells);
                    }
                });
            }
        }

        private void assertReplicated(List<Entry> cells) {
            for (Entry cell : cells) {
                long having = Stream.concat(replicas.machines.stream().map(one -> one.state), replicas.lost.stream())
                        .filter(state -> SimulatedReplicas.has(state, cell))
                        .count();
                assertTrue(having >= 2, () -> "only " + having + " have " + cell);
            }
        }

        /** A position never covers what is not there. */
        void assertPositionsAreTrue() {
            for (SimulatedReplicas.Machine reader : replicas.machines) {
                for (SimulatedReplicas.Machine source : replicas.machines) {
                    reader.state
                            .logs()
                            .of(source.storeId)
                            .filter(LogPosition::isComplete)
                            .ifPresent(position -> {
                                assertTrue(position.seq() <= source.state.seq(), "ahead of the log");
                                source.written.stream()
                                        .filter(one -> one.seq() <= position.seq())
                                        .forEach(one -> assertTrue(
                                                reader.has(one.entry()),
                                                () -> reader.index + " has not " + one + " of " + source.index
                                                        + " though it is at " + position));
                            });
                }
            }
        }
    }

    @Property(tries = 500)
    void positionsAreTrueAndReplicatedIsTrueAndAllEndEqual(@ForAll("fates") List<Fate> fates) {
        Run run = new Run();
        for (Fate fate : fates) {
            run.live(fate);
            run.assertPositionsAreTrue();
        }
        run.replicas.heal();
        run.replicas.machines.forEach(Run::start);
        List<SimulatedReplicas.Written> written = new ArrayList<>();
        run.replicas.machines.forEach(machine -> written.addAll(machine.written));
        run.replicas.settle();
        run.assertPositionsAreTrue();
        for (SimulatedReplicas.Machine machine : run.replicas.machines) {
            assertEquals(ReplicaState.LIVE, machine.own());
            assertEquals(
                    SimulatedReplicas.content(run.replicas.machines.getFirst().state),
                    SimulatedReplicas.content(machine.state));
            written.forEach(one -> assertTrue(machine.has(one.entry()), () -> "lost " + one));
        }
    }

    /** All nodes were stopped, one lost its disk and is the first that runs again. */
    @Test
    void shouldKeepWhatAnEmptyReplicaHasNotThoughItsFrontierIsAhead() {
        SimulatedReplicas replicas = new SimulatedReplicas(2);
        SimulatedReplicas.Machine wiped = replicas.machines.getFirst();
        SimulatedReplicas.Machine away = replicas.machines.getLast();
        away.start();
        replicas.settle();
        away.write(List.of(new Op(0, "m", "old", Histories.value(100, 1))), level -> {});
        replicas.settle();
        away.stop();
        wiped.start();
        wiped.write(List.of(new Op(0, "m", "k", Histories.value(400, 1))), level -> {});
        wiped.advanceFrontier(200);
        replicas.settle();
        away.start();
        replicas.settle();
        for (SimulatedReplicas.Machine machine : replicas.machines) {
            assertEquals(
                    Set.of("m/k", "m/old"),
                    SimulatedReplicas.content(machine.state).keySet());
        }
    }

    /** Whatever its siblings still know of its log. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotBringBackWhatWasRemovedAndForgottenMeanwhile(boolean isKnown) {
        SimulatedReplicas replicas = new SimulatedReplicas(isKnown ? 3 : 2);
        SimulatedReplicas.Machine there = replicas.machines.getFirst();
        SimulatedReplicas.Machine away = replicas.machines.getLast();
        if (isKnown) {
            replicas.machines.forEach(SimulatedReplicas.Machine::start);
        } else {
            away.start();
        }
        replicas.settle();
        away.write(List.of(new Op(0, "m", "gone", Histories.value(100, 1))), level -> {});
        replicas.settle();
        away.stop();
        if (!isKnown) {
            there.start();
        }
        there.write(List.of(new Op(0, "m", "gone", Histories.removed(200))), level -> {});
        there.write(List.of(new Op(0, "m", "k", Histories.value(400, 1))), level -> {});
        there.advanceFrontier(300);
        replicas.settle();
        away.start();
        replicas.settle();
        for (SimulatedReplicas.Machine machine : replicas.machines) {
            assertEquals(Set.of("m/k"), SimulatedReplicas.content(machine.state).keySet());
        }
    }
}
