package io.topgun.loadtests;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Medians over rounds, and of ratios within a round: on a shared machine only the latter compare. */
public final class Medians {
    private Medians() {}

    /** Median of a figure. */
    public static <T> double of(List<T> samples, ToDoubleFunction<T> figure) {
        return of(samples.stream().mapToDouble(figure).toArray());
    }

    private static double of(double[] figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Median of the ratios within each round, least and greatest: {@code 1.20 (1.10-1.31)}. */
    public static <T> String ratio(List<T> ours, List<T> theirs, ToDoubleFunction<T> figure) {
        double[] ratios = IntStream.range(0, Math.min(ours.size(), theirs.size()))
                .mapToDouble(i -> figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i)))
                .sorted()
                .toArray();
        return String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", of(ratios), ratios[0], ratios[ratios.length - 1]);
    }
}
