package io.topgun.crdt;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One add of an {@link OrCell}: the add's stamp and its value, or when it was removed. */
public final class OrTag {
    private final long time;
    private final long removedMs;
    private final String writer;
    private final byte @Nullable [] value;

    private OrTag(Stamp stamp, byte @Nullable [] value, long removedMs) {
        this.time = stamp.time();
        this.writer = stamp.writer();
        this.value = value;
        this.removedMs = removedMs;
    }

    public static OrTag live(Stamp stamp, byte[] value) {
        return new OrTag(stamp, value, 0);
    }

    public static OrTag removed(Stamp stamp, long removedMs) {
        if ((removedMs & ~Stamp.MS_MAX) != 0) {
            throw new IllegalArgumentException("Removal out of range: " + removedMs);
        }
        return new OrTag(stamp, null, removedMs);
    }

    public long time() {
        return time;
    }

    public String writer() {
        return writer;
    }

    public Stamp stamp() {
        return new Stamp(time, writer);
    }

    /** The value in canonical CBOR; empty once removed. */
    public Optional<byte[]> value() {
        return Optional.ofNullable(value);
    }

    public boolean isRemoved() {
        return value == null;
    }

    /** When it was removed, in ms; 0 for a live tag. */
    public long removedMs() {
        return removedMs;
    }

    /** Whether it is removed and the frontier has passed it. */
    boolean isBehind(long frontierMs) {
        return value == null && Stamp.msOf(time) <= frontierMs && removedMs <= frontierMs;
    }

    int compareStamp(OrTag that) {
        return Stamp.compare(time, writer, that.time, that.writer);
    }

    /** Removal wins over the value; the later removal, and the greater of two values, over the other. */
    OrTag merge(OrTag that) {
        if (value == null || that.value == null) {
            boolean keep = value == null && (that.value != null || removedMs >= that.removedMs);
            return keep ? this : that;
        }
        return Arrays.compareUnsigned(value, that.value) >= 0 ? this : that;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OrTag that
                && compareStamp(that) == 0
                && removedMs == that.removedMs
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(time) + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return stamp() + (value == null ? " removed " + removedMs : " " + Arrays.toString(value));
    }
}
