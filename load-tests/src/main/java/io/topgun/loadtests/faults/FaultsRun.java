package io.topgun.loadtests.faults;

import io.topgun.loadtests.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The command {@code faults}: trials one after another, each with every fault, until the time is over. */
public final class FaultsRun {
    private static final int FAULTS_SHOWN = 10;

    private final Setup setup;
    private final PrintStream out;
    private final Map<Fault, Line> lines = new EnumMap<>(Fault.class);
    private long writes;
    private long acknowledged;
    private long reads;
    private long repairs;
    private long downings;
    private long wrong;

    /**
     * What is run.
     *
     * @param kills how often a node is killed in a trial, if that is among the faults; the others come once
     * @param warmUp how long clients write in a trial before its first fault
     */
    public record Setup(int nodes, Load load, long seed, Set<Fault> faults, int kills, Duration warmUp) {
        public Setup {
            faults = Set.copyOf(faults);
        }
    }

    /** What came of the faults of one kind. */
    private record Line(int made, Duration silence, Duration persisted, Duration replicated, Duration equal) {
        Line plus(Trial.Outcome outcome) {
            return new Line(
                    made + 1,
                    longer(silence, outcome.silence()),
                    longer(persisted, outcome.persisted()),
                    longer(replicated, outcome.replicated()),
                    longer(equal, outcome.equal()));
        }

        private static Duration longer(Duration a, Duration b) {
            return a.compareTo(b) > 0 ? a : b;
        }
    }

    public FaultsRun(Setup setup, PrintStream out) {
        this.setup = setup;
        this.out = out;
    }

    /** Runs with data in a directory; true if nothing was found wrong. */
    public boolean run(Path directory, Duration time) throws InterruptedException {
        out.println("seed " + setup.seed() + ", nodes " + setup.nodes() + ", " + setup.load() + ", " + Machine.now());
        Set<Fault> faults = possible();
        if (faults.isEmpty()) {
            out.println("FAILED: none of the faults can be made here");
            return false;
        }
        long end = System.nanoTime() + time.toNanos();
        for (long trial = 0; wrong == 0 && System.nanoTime() < end; trial++) {
            out.println("trial " + trial);
            try {
                run(directory.resolve("trial" + trial), setup.seed() + trial, faults, end);
            } catch (IllegalStateException | IOException e) {
                out.println();
                judge(List.of("stuck: " + e));
            }
        }
        report();
        return wrong == 0;
    }

    private Set<Fault> possible() throws InterruptedException {
        EnumSet<Fault> faults = EnumSet.copyOf(setup.faults());
        for (Fault fault : setup.faults()) {
            Optional<String> missing = fault.missing(setup.nodes());
            if (missing.isPresent()) {
                faults.remove(fault);
                out.println("skipped " + fault + ": " + missing.get());
            }
        }
        return faults;
    }

    private void run(Path directory, long trialSeed, Set<Fault> faults, long end)
            throws IOException, InterruptedException {
        try (Trial trial = new Trial(directory, setup.nodes(), setup.load(), trialSeed)) {
            try {
                run(trial, Schedule.shuffled(trialSeed, faults, setup.kills(), setup.nodes()), end);
            } finally {
                writes += trial.history().writes();
                acknowledged += trial.history().acknowledgements();
                reads += trial.reads();
                repairs += trial.repairs();
                downings += trial.downings();
            }
        }
    }

    private void run(Trial trial, List<Schedule.Step> steps, long end) throws IOException, InterruptedException {
        trial.start(setup.warmUp());
        for (Schedule.Step step : steps) {
            if (wrong > 0 || (System.nanoTime() >= end && !lines.isEmpty())) {
                break;
            }
            out.print("  " + step);
            out.flush();
            Trial.Outcome outcome = trial.step(step);
            lines.put(step.fault(), line(step.fault()).plus(outcome));
            out.printf(
                    ": silent for %d ms, waited %d and %d ms, equal after %d ms, %,d acknowledged%n",
                    outcome.silence().toMillis(),
                    outcome.persisted().toMillis(),
                    outcome.replicated().toMillis(),
                    outcome.equal().toMillis(),
                    trial.history().acknowledgements());
            outcome.figures().forEach(figure -> out.println("    " + figure));
            judge(outcome.faults());
        }
        if (wrong == 0) {
            judge(trial.finish());
        }
    }

    private Line line(Fault fault) {
        return lines.getOrDefault(fault, new Line(0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));
    }

    private void judge(List<String> faults) {
        wrong += faults.size();
        faults.stream().limit(FAULTS_SHOWN).forEach(fault -> out.println("  FOUND " + fault));
    }

    private void report() {
        out.printf(
                "%n%-12s %5s %18s %22s %22s %18s%n",
                "fault", "made", "longest silence", "wait for PERSISTED", "wait for REPLICATED", "equal within, ms");
        lines.forEach((fault, line) -> out.printf(
                "%-12s %5d %18d %22d %22d %18d%n",
                fault,
                line.made(),
                line.silence().toMillis(),
                line.persisted().toMillis(),
                line.replicated().toMillis(),
                line.equal().toMillis()));
        out.printf(
                "history: %,d writes, %,d acknowledgements, %,d repeated reads, %,d repairs by clients, %,d nodes downed%n",
                writes, acknowledged, reads, repairs, downings);
        out.println((wrong == 0 ? "passed: 0 lost, 0 invented, 0 taken back" : "FAILED: " + wrong + " findings")
                + ", seed " + setup.seed() + ", " + Machine.now());
    }
}
