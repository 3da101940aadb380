package io.topgun.loadtests.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table for a terminal: medians, and our figures by those of the others with their range. */
final class TextReport {
    private static final String RATIO = "ours to it, ";

    private final Results results;

    TextReport(Results results) {
        this.results = results;
    }

    void print(PrintStream out) {
        out.printf(
                "%n%s: %s%n%d rounds of %.0f s; before: %s; after: %s%n%n",
                results.scenario(),
                results.about(),
                results.rounds(),
                results.seconds(),
                results.before(),
                results.after());
        printTable(out);
        out.println();
        results.entrants().forEach((name, remark) -> out.println(name + ": " + remark));
        results.skipped().forEach((name, why) -> out.println("skipped: " + name + ": " + why));
        results.proofs().forEach((name, proof) -> out.println("proof: " + name + ": " + proof));
        results.verdicts().forEach(verdict -> out.println("goal: " + verdict));
    }

    private void printTable(PrintStream out) {
        List<List<String>> table = new ArrayList<>();
        table.add(header(results));
        results.rows().forEach(row -> table.add(cells(results, row)));
        int[] widths = new int[table.get(0).size()];
        for (List<String> line : table) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : table) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String padding = " ".repeat(widths[i] - line.get(i).length());
                text.append(i < 2 ? line.get(i) + padding : padding + line.get(i))
                        .append("  ");
            }
            out.println(text.toString().stripTrailing());
        }
    }

    static List<String> header(Results results) {
        List<String> cells = new ArrayList<>(List.of("load", "who"));
        results.columns().forEach(metric -> cells.add(metric.title()));
        results.ratios().forEach(metric -> cells.add(RATIO + metric.title()));
        return cells;
    }

    static List<String> cells(Results results, Results.Row row) {
        List<String> cells = new ArrayList<>(List.of(row.load(), row.entrant()));
        for (Metric metric : results.columns()) {
            cells.add(results.spread(row, metric)
                    .map(spread -> String.format(Locale.ROOT, metric.format(), spread.median()))
                    .orElse(""));
        }
        boolean ours = row.entrant().equals(Entrant.OURS);
        for (Metric metric : results.ratios()) {
            cells.add(
                    ours
                            ? "1"
                            : results.ratio(row, metric).map(Object::toString).orElse(""));
        }
        return cells;
    }
}
