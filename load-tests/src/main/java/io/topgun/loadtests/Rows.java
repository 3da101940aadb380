package io.topgun.loadtests;

import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Op;
import java.util.SplittableRandom;

/**
 * The entries of a map, written again and again in the same order; each write is known by its number.
 *
 * @param count keys
 * @param valueBytes of each value
 * @param startMs time of the first write
 */
public record Rows(String map, int count, int valueBytes, long startMs) {
    private static final int VALUE_BYTES = 150;
    private static final long BEFORE_MS = 1_000_000;
    private static final String WRITER = "filler";

    /** So many keys, written from a minute ago on, values of {@value #VALUE_BYTES} bytes. */
    public static Rows of(String map, int count) {
        return new Rows(map, count, VALUE_BYTES, System.currentTimeMillis() - 60_000);
    }

    public Rows withValues(int bytes) {
        return new Rows(map, count, bytes, startMs);
    }

    public static String key(long index) {
        return "entry/" + index;
    }

    /** What a write leaves. */
    public ValueCell cell(long number) {
        return cell(startMs, number, number);
    }

    /** What the key of a write had before all of them. */
    public ValueCell cellBefore(long number) {
        return cell(startMs - BEFORE_MS, number, ~number);
    }

    public Op op(long number) {
        return new Op(number, map, key(number % count), cell(number));
    }

    private ValueCell cell(long fromMs, long number, long seed) {
        Stamp stamp = Stamp.of(fromMs + (number >> 16), (int) (number & 0xffff), WRITER);
        byte[] value = new byte[valueBytes];
        new SplittableRandom(seed).nextBytes(value);
        return ValueCell.set(stamp, new CborWriter().bytes(value).toByteArray(), Life.FOREVER);
    }
}
