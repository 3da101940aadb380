package io.topgun.crdt;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The shares of a {@link CounterCell}, by stamp: what each writer has added up since the stamp. Immutable. */
public final class Shares {
    private static final Shares NONE = new Shares(new long[0], new String[0], new long[0], new long[0]);

    private final long[] times;
    private final String[] writers;
    private final long[] plus;
    private final long[] minus;

    /** Sums of some shares. */
    record Sums(long plus, long minus) {}

    private Shares(long[] times, String[] writers, long[] plus, long[] minus) {
        this.times = times;
        this.writers = writers;
        this.plus = plus;
        this.minus = minus;
    }

    public static Shares none() {
        return NONE;
    }

    static Shares of(Stamp stamp, long plus, long minus) {
        return of(new long[] {stamp.time()}, new String[] {stamp.writer()}, new long[] {plus}, new long[] {minus});
    }

    /** Shares from their parts, in ascending order of stamps; the arrays are handed over. */
    public static Shares of(long[] times, String[] writers, long[] plus, long[] minus) {
        Shares shares = new Shares(times, writers, plus, minus);
        for (int i = 0; i < times.length; i++) {
            if (!CounterCell.isAmount(plus[i], minus[i])) {
                throw new IllegalArgumentException("Not a share: " + plus[i] + ", " + minus[i]);
            }
            if (i > 0 && shares.compare(i - 1, times[i], writers[i]) >= 0) {
                throw new IllegalArgumentException("Shares out of order");
            }
        }
        return shares;
    }

    public int size() {
        return times.length;
    }

    public long time(int i) {
        return times[i];
    }

    public String writer(int i) {
        return writers[i];
    }

    public Stamp stamp(int i) {
        return new Stamp(times[i], writers[i]);
    }

    public long plus(int i) {
        return plus[i];
    }

    public long minus(int i) {
        return minus[i];
    }

    private int compare(int i, long time, String writer) {
        return Stamp.compare(times[i], writers[i], time, writer);
    }

    /** Index of the first share whose stamp is not less. */
    private int lowerBound(int from, long time, String writer) {
        int low = from;
        int high = times.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(middle, time, writer) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Whether there is a share of this stamp. */
    public boolean contains(long time, String writer) {
        int at = lowerBound(0, time, writer);
        return at < times.length && compare(at, time, writer) == 0;
    }

    /** Number of shares whose {@code ms} is not greater. */
    int countUpTo(long ms) {
        return ms < 0 ? 0 : ms >= Stamp.MS_MAX ? times.length : lowerBound(0, (ms + 1) << 16, "");
    }

    Shares newerThan(CounterCell.@Nullable Folded folded) {
        return folded == null ? this : from(countUpTo(folded.ms()));
    }

    Shares from(int start) {
        if (start == 0) {
            return this;
        }
        int end = times.length;
        return start == end
                ? NONE
                : new Shares(
                        Arrays.copyOfRange(times, start, end),
                        Arrays.copyOfRange(writers, start, end),
                        Arrays.copyOfRange(plus, start, end),
                        Arrays.copyOfRange(minus, start, end));
    }

    Sums sums(int from, int to, CounterCell.@Nullable Folded folded) {
        long up = folded == null ? 0 : folded.plus();
        long down = folded == null ? 0 : folded.minus();
        for (int i = from; i < to; i++) {
            up = CounterCell.sum(up, plus[i]);
            down = CounterCell.sum(down, minus[i]);
        }
        return new Sums(up, down);
    }

    /** Whether merging the others would change nothing. */
    boolean cover(Shares others) {
        int at = 0;
        for (int j = 0; j < others.times.length; j++) {
            at = lowerBound(at, others.times[j], others.writers[j]);
            if (at == times.length
                    || compare(at, others.times[j], others.writers[j]) != 0
                    || plus[at] < others.plus[j]
                    || minus[at] < others.minus[j]) {
                return false;
            }
        }
        return true;
    }

    /** Few against many is the usual case, so the runs between the others are copied as wholes. */
    Shares merge(Shares others) {
        Merging merging = new Merging(times.length + others.times.length);
        int at = 0;
        for (int j = 0; j < others.times.length; j++) {
            int next = lowerBound(at, others.times[j], others.writers[j]);
            merging.take(this, at, next);
            at = next;
            merging.take(others, j, j + 1);
            if (at < times.length && compare(at, others.times[j], others.writers[j]) == 0) {
                merging.raise(plus[at], minus[at]);
                at++;
            }
        }
        merging.take(this, at, times.length);
        return merging.result();
    }

    /** Shares that are being put together. */
    private static final class Merging {
        private final long[] times;
        private final String[] writers;
        private final long[] plus;
        private final long[] minus;
        private int count;

        Merging(int most) {
            times = new long[most];
            writers = new String[most];
            plus = new long[most];
            minus = new long[most];
        }

        void take(Shares from, int start, int end) {
            int length = end - start;
            System.arraycopy(from.times, start, times, count, length);
            System.arraycopy(from.writers, start, writers, count, length);
            System.arraycopy(from.plus, start, plus, count, length);
            System.arraycopy(from.minus, start, minus, count, length);
            count += length;
        }

        /** The last share is at least this. */
        void raise(long up, long down) {
            plus[count - 1] = Math.max(plus[count - 1], up);
            minus[count - 1] = Math.max(minus[count - 1], down);
        }

        Shares result() {
            return count == times.length
                    ? new Shares(times, writers, plus, minus)
                    : new Shares(
                            Arrays.copyOf(times, count),
                            Arrays.copyOf(writers, count),
                            Arrays.copyOf(plus, count),
                            Arrays.copyOf(minus, count));
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Shares that
                && Arrays.equals(times, that.times)
                && Arrays.equals(writers, that.writers)
                && Arrays.equals(plus, that.plus)
                && Arrays.equals(minus, that.minus);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(times) + Arrays.hashCode(plus);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < times.length; i++) {
            text.append(i == 0 ? "" : ", ").append(stamp(i)).append(" +").append(plus[i]);
            text.append(" -").append(minus[i]);
        }
        return text.toString();
    }
}
