package io.topgun.crdt;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * PN-counter (Shapiro et al. 2011) of <i>shares</i>: what one writer has added up since the stamp that names the share. Shares that the
 * frontier has passed are folded into one pair of sums, so that it does not grow with the writers of the past.
 *
 * <p>Packed, as a counter may have a share of each of very many writers: parallel arrays, by stamp.
 */
public final class CounterCell implements Cell {
    /** How long behind its stamp a writer adds to a share. */
    public static final long SHARE_MS = 86_400_000;

    /** Where sums stop: 2^53-1. */
    public static final long SUM_MAX = (1L << 53) - 1;

    /** Sums of the shares that the frontier has passed, and the greatest {@code ms} of their stamps. */
    public record Folded(long ms, long plus, long minus) implements Comparable<Folded> {
        public Folded {
            if ((ms & ~Stamp.MS_MAX) != 0 || !isAmount(plus, minus)) {
                throw new IllegalArgumentException("Not a folded part: " + ms + " ms, " + plus + ", " + minus);
            }
        }

        @Override
        public int compareTo(Folded that) {
            int order = Long.compare(ms, that.ms);
            if (order == 0) {
                order = Long.compare(plus, that.plus);
            }
            return order != 0 ? order : Long.compare(minus, that.minus);
        }
    }

    final @Nullable Folded folded;
    final Shares shares;

    CounterCell(@Nullable Folded folded, Shares shares) {
        this.folded = folded;
        this.shares = shares;
    }

    /** A state from its parts: shares by stamp, each newer than the folded part; there is one or the other. */
    public static CounterCell of(Optional<Folded> folded, Shares shares) {
        if (folded.isEmpty() && shares.size() == 0) {
            throw new IllegalArgumentException("Neither a folded part nor a share");
        }
        if (folded.isPresent()
                && shares.size() > 0
                && Stamp.msOf(shares.time(0)) <= folded.get().ms()) {
            throw new IllegalArgumentException("A share that the folded part covers");
        }
        return new CounterCell(folded.orElse(null), shares);
    }

    /** One share: what its writer has added up since the stamp, in both directions. */
    public static CounterCell share(Stamp stamp, long plus, long minus) {
        return new CounterCell(null, Shares.of(stamp, plus, minus));
    }

    /**
     * The delta by which the writer of the stamp adds to this state: its share grows, or a new one with this stamp begins if it has
     * none that is still open.
     */
    public CounterCell add(Stamp now, long plus, long minus) {
        for (int i = shares.size() - 1; i >= 0 && now.ms() - Stamp.msOf(shares.time(i)) <= SHARE_MS; i--) {
            if (shares.writer(i).equals(now.writer())) {
                return share(shares.stamp(i), sum(shares.plus(i), plus), sum(shares.minus(i), minus));
            }
        }
        return share(now, plus, minus);
    }

    static boolean isAmount(long plus, long minus) {
        return plus >= 0 && plus <= SUM_MAX && minus >= 0 && minus <= SUM_MAX && (plus | minus) != 0;
    }

    /** Of two amounts; it stops at the greatest one. */
    static long sum(long a, long b) {
        return Math.min(SUM_MAX, a + b);
    }

    @Override
    public CellKind kind() {
        return CellKind.COUNTER;
    }

    public Optional<Folded> folded() {
        return Optional.ofNullable(folded);
    }

    public Shares shares() {
        return shares;
    }

    /** What the counter reads as: all that was added less all that was taken, each of them 2^53-1 at most. */
    public long value() {
        Shares.Sums sums = shares.sums(0, shares.size(), folded);
        return sums.plus() - sums.minus();
    }

    @Override
    public CounterCell merge(Cell other) {
        if (!(other instanceof CounterCell that)) {
            throw new IllegalArgumentException(kind() + " does not merge with " + other.kind());
        }
        int order = compare(folded, that.folded);
        Folded winner = order >= 0 ? folded : that.folded;
        Shares theirs = that.shares.newerThan(winner);
        if (order >= 0 && shares.cover(theirs)) {
            return this;
        }
        return new CounterCell(winner, shares.newerThan(winner).merge(theirs));
    }

    private static int compare(@Nullable Folded a, @Nullable Folded b) {
        return a == null || b == null ? Boolean.compare(a != null, b != null) : a.compareTo(b);
    }

    @Override
    public boolean isVisible(long nowMs) {
        return true;
    }

    @Override
    public long newestMs() {
        return shares.size() > 0 ? Stamp.msOf(shares.time(shares.size() - 1)) : folded == null ? 0 : folded.ms();
    }

    @Override
    public Optional<Cell> pruned(long frontierMs) {
        int count = shares.countUpTo(frontierMs - SHARE_MS);
        if (count == 0) {
            return Optional.of(this);
        }
        Shares.Sums sums = shares.sums(0, count, folded);
        Folded all = new Folded(Stamp.msOf(shares.time(count - 1)), sums.plus(), sums.minus());
        return Optional.of(new CounterCell(all, shares.from(count)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CounterCell that && compare(folded, that.folded) == 0 && shares.equals(that.shares);
    }

    @Override
    public int hashCode() {
        return 31 * shares.hashCode() + (folded == null ? 0 : folded.hashCode());
    }

    @Override
    public String toString() {
        return "CounterCell[" + folded + ", " + shares + "]";
    }
}
