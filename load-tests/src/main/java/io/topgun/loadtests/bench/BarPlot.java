package io.topgun.loadtests.bench;

import io.topgun.loadtests.Medians;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One metric of all rows as horizontal bars, SVG: the bar is the median, the thin line the range over the rounds. */
final class BarPlot {
    private static final int WIDTH = 760;
    private static final int NAMES = 330;
    private static final int VALUES = 90;
    private static final int ROW = 20;

    private BarPlot() {}

    /** The picture; empty if no row has the metric. */
    static Optional<String> of(Results results, Metric metric) {
        List<Results.Row> rows = results.rows().stream()
                .filter(row -> results.spread(row, metric).isPresent())
                .toList();
        double most = rows.stream()
                .flatMap(row -> results.spread(row, metric).stream())
                .mapToDouble(Medians.Spread::greatest)
                .max()
                .orElse(0);
        if (most <= 0) {
            return Optional.empty();
        }
        StringBuilder svg = new StringBuilder(Svg.open(WIDTH, rows.size() * ROW + 4));
        double scale = (WIDTH - NAMES - VALUES) / most;
        for (int i = 0; i < rows.size(); i++) {
            Results.Row row = rows.get(i);
            Medians.Spread spread = results.spread(row, metric).orElseThrow();
            bar(svg, i * ROW + 2, row, spread, scale, String.format(Locale.ROOT, metric.format(), spread.median()));
        }
        return Optional.of(svg.append("</svg>").toString());
    }

    private static void bar(
            StringBuilder svg, int y, Results.Row row, Medians.Spread spread, double scale, String value) {
        int middle = y + ROW / 2;
        String kind = row.entrant().equals(Entrant.OURS) ? "ours" : "theirs";
        svg.append(Svg.text(NAMES - 8, middle + 4, "end", row.load() + " · " + row.entrant()));
        svg.append(Svg.format(
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                kind, NAMES, y + 3, spread.median() * scale, ROW - 6));
        svg.append(Svg.format(
                "<line class=\"range\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                NAMES + spread.least() * scale, NAMES + spread.greatest() * scale, middle, middle));
        svg.append(Svg.text(NAMES + spread.greatest() * scale + 6, middle + 4, "start", value));
    }
}
