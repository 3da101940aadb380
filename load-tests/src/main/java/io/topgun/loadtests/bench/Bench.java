package io.topgun.loadtests.bench;

import io.topgun.loadtests.NodeProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs scenarios one after the other and writes what came out.
 *
 * @param rounds how often the contenders take turns
 * @param time of one turn under one load
 * @param warmUp of a contender, all loads together
 * @param only names of the contenders that take part beside ours; empty: all
 * @param report directory of {@code bench.json} and {@code bench.html}
 */
public record Bench(int rounds, Duration time, Duration warmUp, List<String> only, Path report) {
    public Bench {
        only = List.copyOf(only);
    }

    boolean includes(Entrant<?> entrant) {
        return only.isEmpty() || only.contains(entrant.name()) || entrant.name().equals(Entrant.OURS);
    }

    /** Runs scenarios with data in a directory, tells how it goes on one stream and what came out on the other. */
    public void run(List<Scenario<?>> scenarios, Path directory, PrintStream progress, PrintStream out)
            throws IOException, InterruptedException {
        Path files = Files.createDirectories(NodeProcess.root().resolve(report));
        List<Results> all = new ArrayList<>();
        for (Scenario<?> scenario : scenarios) {
            Results results = new Runner<>(scenario, this, progress).run(directory.resolve(scenario.name()));
            new TextReport(results).print(out);
            all.add(results);
            JsonReport.write(all, files.resolve("bench.json"));
            HtmlReport.write(all, files.resolve("bench.html"));
        }
        out.println("written to " + files.resolve("bench.html") + " and bench.json beside it");
    }

    /** Runs a scenario without a report, for tests; gives the goals that were not reached, in words. */
    public List<String> missed(Scenario<?> scenario, Path directory, PrintStream progress)
            throws IOException, InterruptedException {
        Results results = new Runner<>(scenario, this, progress).run(directory);
        new TextReport(results).print(progress);
        return results.missed();
    }
}
