package io.topgun.loadtests.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Latency percentiles of one load as a curve for each contender, SVG: medians over the rounds, milliseconds on a logarithmic scale. */
final class CurvePlot {
    private static final List<Metric> POINTS = List.of(Metric.P50, Metric.P90, Metric.P99, Metric.P999);
    private static final List<String> COLOURS =
            List.of("#0b6e4f", "#c8553d", "#2f6690", "#8e5572", "#b58900", "#5c677d", "#111111");
    private static final int WIDTH = 760;
    private static final int HEIGHT = 240;
    private static final int LEFT = 60;
    private static final int RIGHT = 200;
    private static final int BOTTOM = 24;

    private CurvePlot() {}

    private record Curve(String name, List<Double> ms) {}

    /** The picture; empty if nobody has percentiles under that load. */
    static Optional<String> of(Results results, String load) {
        List<Curve> curves = new ArrayList<>();
        for (Results.Row row : results.rows()) {
            List<Double> ms = POINTS.stream()
                    .flatMap(metric -> results.spread(row, metric).stream())
                    .map(spread -> Math.max(0.001, spread.median()))
                    .toList();
            if (row.load().equals(load) && ms.size() == POINTS.size()) {
                curves.add(new Curve(row.entrant(), ms));
            }
        }
        return curves.isEmpty() ? Optional.empty() : Optional.of(draw(curves));
    }

    private static String draw(List<Curve> curves) {
        double least = Math.floor(Math.log10(curves.stream()
                .flatMap(c -> c.ms().stream())
                .mapToDouble(d -> d)
                .min()
                .orElse(1)));
        double most = Math.ceil(Math.log10(curves.stream()
                .flatMap(c -> c.ms().stream())
                .mapToDouble(d -> d)
                .max()
                .orElse(1)));
        double perDecade = (HEIGHT - BOTTOM - 10) / Math.max(1, most - least);
        StringBuilder svg = new StringBuilder(Svg.open(WIDTH, HEIGHT));
        for (double decade = least; decade <= most; decade++) {
            double y = HEIGHT - BOTTOM - (decade - least) * perDecade;
            svg.append(Svg.format(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH - RIGHT, y, y));
            svg.append(Svg.text(LEFT - 6, y + 4, "end", Svg.format("%s ms", plain(Math.pow(10, decade)))));
        }
        for (int i = 0; i < POINTS.size(); i++) {
            svg.append(
                    Svg.text(x(i), HEIGHT - 6, "middle", POINTS.get(i).title().replace(" ms", "")));
        }
        for (int i = 0; i < curves.size(); i++) {
            curve(svg, curves.get(i), COLOURS.get(i % COLOURS.size()), least, perDecade, 16 * i);
        }
        return svg.append("</svg>").toString();
    }

    private static void curve(
            StringBuilder svg, Curve curve, String colour, double least, double perDecade, int legend) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < POINTS.size(); i++) {
            double y = HEIGHT - BOTTOM - (Math.log10(curve.ms().get(i)) - least) * perDecade;
            points.append(Svg.format("%.1f,%.1f ", x(i), y));
        }
        svg.append(Svg.format(
                "<polyline points=\"%s\" stroke=\"%s\"/>", points.toString().strip(), colour));
        svg.append(Svg.format(
                "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/>",
                WIDTH - RIGHT + 16, 10 + legend, colour));
        svg.append(Svg.text(WIDTH - RIGHT + 32, 19 + legend, "start", curve.name()));
    }

    private static double x(int point) {
        return LEFT + 20 + point * (WIDTH - RIGHT - LEFT - 40.0) / (POINTS.size() - 1);
    }

    private static String plain(double ms) {
        return ms >= 1 ? Svg.format("%.0f", ms) : Double.toString(ms);
    }
}
