package io.topgun.loadtests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One page with the tables and plots of all scenarios of a run; it needs nothing but itself. */
final class HtmlReport {
    private static final String HEAD = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>TopGun beside its peers</title>
            <style>
            body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1b }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; font-size: 13px }
            th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid #ddd }
            th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left }
            tr.ours { background: #eef6f2; font-weight: 600 }
            svg { display: block; max-width: 100%; height: auto }
            svg text { font-size: 12px; fill: #333 }
            .ours { fill: #0b6e4f } .theirs { fill: #b9c2cc } .range, .grid { stroke: #444; stroke-width: 1 }
            .grid { stroke: #ddd } polyline { fill: none; stroke-width: 2 }
            .missed { color: #a02c1c }
            </style></head><body>
            <h1>TopGun beside its peers</h1>
            <p>Ratios within one run count; absolute times belong to this machine and to what else it did.
            Bars are medians over the rounds, thin lines the range.</p>
            """;

    private HtmlReport() {}

    static void write(List<Results> all, Path file) throws IOException {
        StringBuilder html = new StringBuilder(HEAD);
        all.forEach(results -> section(html, results));
        Files.writeString(file, html.append("</body></html>\n"));
    }

    private static void section(StringBuilder html, Results results) {
        html.append("<h2>").append(Svg.escape(results.scenario())).append("</h2>\n");
        paragraph(html, "p", results.about());
        paragraph(html, "p", results.rounds() + " rounds. Before: " + results.before() + ". After: " + results.after());
        table(html, results);
        for (Metric metric : results.columns()) {
            if (!metric.isPercentile()) {
                BarPlot.of(results, metric).ifPresent(svg -> figure(html, metric.title(), svg));
            }
        }
        for (String load : results.loads()) {
            CurvePlot.of(results, load).ifPresent(svg -> figure(html, "Latency, " + load, svg));
        }
        html.append("<ul>\n");
        results.verdicts()
                .forEach(verdict ->
                        paragraph(html, verdict.isReached() ? "li" : "li class=\"missed\"", "Goal: " + verdict));
        results.entrants().forEach((name, remark) -> paragraph(html, "li", name + ": " + remark));
        results.skipped().forEach((name, why) -> paragraph(html, "li", "Skipped: " + name + ": " + why));
        results.proofs().forEach((name, proof) -> paragraph(html, "li", "Proof: " + name + ": " + proof));
        html.append("</ul>\n");
    }

    private static void table(StringBuilder html, Results results) {
        html.append("<table><tr>");
        TextReport.header(results).forEach(cell -> html.append("<th>").append(Svg.escape(cell)));
        html.append("</tr>\n");
        for (Results.Row row : results.rows()) {
            html.append(row.entrant().equals(Entrant.OURS) ? "<tr class=\"ours\">" : "<tr>");
            TextReport.cells(results, row).forEach(cell -> html.append("<td>").append(Svg.escape(cell)));
            html.append("</tr>\n");
        }
        html.append("</table>\n");
    }

    private static void figure(StringBuilder html, String title, String svg) {
        html.append("<h3>")
                .append(Svg.escape(title))
                .append("</h3>\n")
                .append(svg)
                .append('\n');
    }

    private static void paragraph(StringBuilder html, String tag, String text) {
        html.append('<').append(tag).append('>').append(Svg.escape(text)).append('\n');
    }
}
