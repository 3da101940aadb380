package io.topgun.loadtests.bench;

import io.topgun.loadtests.Machine;
import io.topgun.loadtests.Medians;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came out of a scenario.
 *
 * @param entrants remark of each entrant that ran, by name
 * @param skipped why an entrant did not run, by name
 * @param proofs what was compared at the end, by name of the entrant
 */
record Results(
        String scenario,
        String about,
        int rounds,
        double seconds,
        Machine before,
        Machine after,
        Map<String, String> entrants,
        Map<String, String> skipped,
        Map<String, String> proofs,
        List<Metric> columns,
        List<Metric> ratios,
        List<Goal> goals,
        List<Taken> samples) {

    /** A sample, and of what. */
    record Taken(String load, String entrant, int round, Sample sample) {}

    /** A line of the table. */
    record Row(String load, String entrant) {}

    /** What became of a goal. */
    record Verdict(Goal goal, Medians.Spread reached) {
        boolean isReached() {
            return goal.isReached(reached.median());
        }

        @Override
        public String toString() {
            return goal + ": " + reached + (isReached() ? ", reached" : ", NOT reached");
        }
    }

    List<Row> rows() {
        return samples.stream()
                .map(taken -> new Row(taken.load(), taken.entrant()))
                .distinct()
                .toList();
    }

    List<String> loads() {
        return samples.stream().map(Taken::load).distinct().toList();
    }

    /** A figure of one row by round. */
    private Map<Integer, Double> byRound(Row row, Metric metric) {
        Map<Integer, Double> figures = new LinkedHashMap<>();
        for (Taken taken : samples) {
            Double figure = taken.sample().figures().get(metric);
            if (figure != null && row.equals(new Row(taken.load(), taken.entrant()))) {
                figures.put(taken.round(), figure);
            }
        }
        return figures;
    }

    /** Median and range of a figure; empty where the row has none. */
    Optional<Medians.Spread> spread(Row row, Metric metric) {
        return Medians.Spread.of(byRound(row, metric).values());
    }

    /** Our figure by that of another in the same round; empty where one has none. */
    Optional<Medians.Spread> ratio(Row other, Metric metric) {
        Map<Integer, Double> theirs = byRound(other, metric);
        Map<Integer, Double> ratios = new LinkedHashMap<>();
        byRound(new Row(other.load(), Entrant.OURS), metric).forEach((round, figure) -> {
            Double their = theirs.get(round);
            if (their != null && their > 0) {
                ratios.put(round, figure / their);
            }
        });
        return Medians.Spread.of(ratios.values());
    }

    /** The goals that what ran can tell of. */
    List<Verdict> verdicts() {
        return goals.stream().flatMap(goal -> verdict(goal).stream()).toList();
    }

    /** The goals that were not reached, or that what ran cannot tell of, in words. */
    List<String> missed() {
        List<String> missed = new ArrayList<>();
        for (Goal goal : goals) {
            Optional<Verdict> verdict = verdict(goal);
            if (verdict.isEmpty()) {
                missed.add(goal + ": not measured, skipped: " + skipped);
            } else if (!verdict.get().isReached()) {
                missed.add(verdict.get().toString());
            }
        }
        return missed;
    }

    private Optional<Verdict> verdict(Goal goal) {
        Optional<Medians.Spread> reached = goal.versus().isPresent()
                ? ratio(new Row(goal.load(), goal.versus().get()), goal.metric())
                : spread(new Row(goal.load(), Entrant.OURS), goal.metric());
        return reached.map(spread -> new Verdict(goal, spread));
    }
}
