package io.topgun.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What the digests of a bucket's cells begin with, ascending as unsigned numbers. A digest that is cut to a width has zeros behind its
 * first bytes.
 */
public record Prefixes(int bucket, List<Long> prefixes) {
    /** Bytes of a whole digest. */
    public static final int WIDTH_MAX = 8;

    public Prefixes {
        prefixes = List.copyOf(prefixes);
        for (int i = 1; i < prefixes.size(); i++) {
            if (Long.compareUnsigned(prefixes.get(i - 1), prefixes.get(i)) > 0) {
                throw new IllegalArgumentException("Prefixes out of order");
            }
        }
    }

    /** Those of whole digests in any order. */
    public static Prefixes of(int bucket, Collection<Long> digests, int width) {
        List<Long> prefixes = new ArrayList<>(cut(digests, width));
        prefixes.sort(Long::compareUnsigned);
        return new Prefixes(bucket, prefixes);
    }

    /** The first {@code width} bytes of a digest, zeros behind them. */
    public static long cut(long digest, int width) {
        return digest & (-1L << (8 * (WIDTH_MAX - checkWidth(width))));
    }

    static List<Long> cut(Collection<Long> digests, int width) {
        List<Long> prefixes = new ArrayList<>(digests.size());
        for (long digest : digests) {
            prefixes.add(cut(digest, width));
        }
        return List.copyOf(prefixes);
    }

    static int checkWidth(int width) {
        if (width < 1 || width > WIDTH_MAX) {
            throw new IllegalArgumentException("Width of " + width + " bytes");
        }
        return width;
    }

    static void checkCut(List<Prefixes> buckets, int width) {
        for (Prefixes bucket : buckets) {
            for (long prefix : bucket.prefixes) {
                if (cut(prefix, width) != prefix) {
                    throw new IllegalArgumentException("Prefix of more than " + width + " bytes");
                }
            }
        }
    }
}
