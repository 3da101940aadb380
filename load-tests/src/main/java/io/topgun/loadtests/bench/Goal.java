package io.topgun.loadtests.bench;

import java.util.Locale;
import java.util.Optional;

/**
 * What is aimed at: a bound on our figure, or on its ratio to another's in the same round.
 *
 * @param load title of the case
 * @param versus whose figure ours is divided by; empty: none, the figure itself counts
 * @param atLeast whether the bound is a least or a greatest
 */
public record Goal(String load, Metric metric, Optional<String> versus, boolean atLeast, double bound) {

    /** Our figure is to be at least so many times the other's. */
    public static Goal atLeast(double bound, Metric metric, String versus, Object load) {
        return new Goal(load.toString(), metric, Optional.of(versus), true, bound);
    }

    /** Our figure is to be at most so many times the other's. */
    public static Goal atMost(double bound, Metric metric, String versus, Object load) {
        return new Goal(load.toString(), metric, Optional.of(versus), false, bound);
    }

    /** Our figure is to be at most this. */
    public static Goal atMost(double bound, Metric metric, Object load) {
        return new Goal(load.toString(), metric, Optional.empty(), false, bound);
    }

    boolean isReached(double median) {
        return atLeast ? median >= bound : median <= bound;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %s %s %s%s",
                load,
                metric.title(),
                atLeast ? "at least" : "at most",
                Double.toString(bound).replaceAll("\\.0$", ""),
                versus.map(whose -> " of " + whose).orElse(""));
    }
}
