package io.topgun.loadtests;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Medians over rounds, and of ratios within a round: on a shared machine only the latter compare. */
public final class Medians {
    private Medians() {}

    /** A median with the least and the greatest; as text {@code 1.20 (1.10-1.31)}. */
    public record Spread(double median, double least, double greatest) {

        /** Of some figures; empty of none. */
        public static Optional<Spread> of(Collection<Double> figures) {
            if (figures.isEmpty()) {
                return Optional.empty();
            }
            double[] sorted = figures.stream().mapToDouble(figure -> figure).toArray();
            Arrays.sort(sorted);
            return Optional.of(new Spread(Medians.of(sorted), sorted[0], sorted[sorted.length - 1]));
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", median, least, greatest);
        }
    }

    /** Median of a figure. */
    public static <T> double of(List<T> samples, ToDoubleFunction<T> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).toArray();
        Arrays.sort(sorted);
        return of(sorted);
    }

    private static double of(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Median of the ratios within each round, least and greatest: {@code 1.20 (1.10-1.31)}. */
    public static <T> String ratio(List<T> ours, List<T> theirs, ToDoubleFunction<T> figure) {
        List<Double> ratios = IntStream.range(0, Math.min(ours.size(), theirs.size()))
                .mapToObj(i -> figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i)))
                .toList();
        return Spread.of(ratios).map(Spread::toString).orElse("");
    }
}
