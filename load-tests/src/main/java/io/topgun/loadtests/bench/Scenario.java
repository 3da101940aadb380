package io.topgun.loadtests.bench;

import java.util.List;

/**
 * The same load put on TopGun and on what it is measured beside.
 *
 * @param name as on the command line
 * @param about what is measured and how, for the report
 * @param cases what is run in each round
 * @param entrants ours and the others, in the order of their turns
 * @param columns figures of the table
 * @param ratios of these figures ours is divided by the others'
 * @param goals what is aimed at
 */
public record Scenario<C>(
        String name,
        String about,
        List<C> cases,
        List<Entrant<C>> entrants,
        List<Metric> columns,
        List<Metric> ratios,
        List<Goal> goals) {
    public Scenario {
        cases = List.copyOf(cases);
        entrants = List.copyOf(entrants);
        columns = List.copyOf(columns);
        ratios = List.copyOf(ratios);
        goals = List.copyOf(goals);
    }
}
