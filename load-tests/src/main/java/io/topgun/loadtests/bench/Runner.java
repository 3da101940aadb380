package io.topgun.loadtests.bench;

import io.topgun.loadtests.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * Runs one scenario. The contenders take turns, A B C A B C, so that what else the machine does meets all of them. All are
 * up during the whole run; one works at a time.
 *
 * @param <C> the scenario's cases
 */
final class Runner<C> {
    private final Scenario<C> scenario;
    private final Bench settings;
    private final PrintStream progress;
    private final Map<Entrant<C>, Contender<C>> running = new LinkedHashMap<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();
    private final List<Results.Taken> samples = new ArrayList<>();

    Runner(Scenario<C> scenario, Bench settings, PrintStream progress) {
        this.scenario = scenario;
        this.settings = settings;
        this.progress = progress;
    }

    /** Runs it with data in a directory; throws {@link IllegalStateException} where a proof fails. */
    Results run(Path directory) throws IOException, InterruptedException {
        Machine before = Machine.now();
        try {
            startAll(directory);
            attemptAll(this::warmUp);
            for (int round = 1; round <= settings.rounds(); round++) {
                takeRound(round);
            }
            Map<String, String> proofs = new LinkedHashMap<>();
            attemptAll((name, contender) -> proofs.put(name, prove(name, contender)));
            return results(before, proofs);
        } finally {
            for (Contender<C> contender : running.values()) {
                contender.close();
            }
        }
    }

    private void startAll(Path directory) throws IOException, InterruptedException {
        for (Entrant<C> entrant : scenario.entrants()) {
            if (!settings.includes(entrant)) {
                continue;
            }
            say("starting " + entrant.name());
            try {
                Path own = directory.resolve(entrant.name().replace(' ', '-'));
                running.put(entrant, entrant.starter().start(Files.createDirectories(own)));
            } catch (MissingPeer missing) {
                skipped.put(entrant.name(), missing.why());
                say("SKIPPED " + entrant.name() + ": " + missing.why());
            }
        }
    }

    private void warmUp(String name, Contender<C> contender) throws IOException, InterruptedException {
        if (settings.warmUp().isZero()) {
            return;
        }
        say("warming up " + name);
        List<C> cases = scenario.cases().stream().filter(contender::takes).toList();
        for (C load : cases) {
            contender.run(load, settings.warmUp().dividedBy(cases.size()));
        }
    }

    private void takeRound(int round) throws IOException, InterruptedException {
        for (C load : scenario.cases()) {
            attemptAll((name, contender) -> {
                if (contender.takes(load)) {
                    take(round, load, name, contender);
                }
            });
        }
    }

    /** What is done with one contender. */
    private interface Step<C> {
        void run(String name, Contender<C> contender) throws IOException, InterruptedException;
    }

    /** A step with all in turn. A peer that fails is out, with all its samples; if ours fails, so does the run. */
    private void attemptAll(Step<C> step) throws IOException, InterruptedException {
        for (Map.Entry<Entrant<C>, Contender<C>> one : List.copyOf(running.entrySet())) {
            String name = one.getKey().name();
            try {
                step.run(name, one.getValue());
            } catch (IOException | IllegalStateException | CompletionException e) {
                if (name.equals(Entrant.OURS)) {
                    throw e;
                }
                say("OUT " + name + ": " + e);
                running.remove(one.getKey());
                samples.removeIf(taken -> taken.entrant().equals(name));
                skipped.put(name, "failed: " + e);
                one.getValue().close();
            }
        }
    }

    private void take(int round, C load, String name, Contender<C> contender) throws IOException, InterruptedException {
        Sample sample = contender.run(load, settings.time());
        samples.add(new Results.Taken(load.toString(), name, round, sample));
        StringBuilder figures = new StringBuilder();
        for (Metric metric : scenario.ratios()) {
            Double figure = sample.figures().get(metric);
            if (figure != null) {
                figures.append(String.format(Locale.ROOT, "  " + metric.format(), figure))
                        .append(' ')
                        .append(metric.title());
            }
        }
        say("round %d of %d, %s, %s:%s".formatted(round, settings.rounds(), load, name, figures));
    }

    private String prove(String name, Contender<C> contender) throws IOException, InterruptedException {
        say("proving " + name);
        return contender.prove();
    }

    private Results results(Machine before, Map<String, String> proofs) {
        Map<String, String> remarks = new LinkedHashMap<>();
        running.keySet().forEach(entrant -> remarks.put(entrant.name(), entrant.remark()));
        return new Results(
                scenario.name(),
                scenario.about(),
                settings.rounds(),
                settings.time().toMillis() / 1e3,
                before,
                Machine.now(),
                remarks,
                skipped,
                proofs,
                scenario.columns(),
                scenario.ratios(),
                scenario.goals(),
                samples);
    }

    private void say(String what) {
        progress.println(scenario.name() + ": " + what);
    }
}
