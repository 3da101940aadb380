package io.topgun.crdt;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Last-writer-wins register: the greater stamp wins whole. Without a value it is a tombstone. */
public final class ValueCell implements Cell {
    private final long time;
    private final long expiresMs;
    private final String writer;
    private final byte @Nullable [] value;

    private ValueCell(Stamp stamp, byte @Nullable [] value, long expiresMs) {
        this.time = stamp.time();
        this.writer = stamp.writer();
        this.value = value;
        this.expiresMs = Expiry.checked(expiresMs);
    }

    /** A value in canonical CBOR; {@code expiresMs} 0 means never. */
    public static ValueCell set(Stamp stamp, byte[] value, long expiresMs) {
        return new ValueCell(stamp, value, expiresMs);
    }

    public static ValueCell remove(Stamp stamp) {
        return new ValueCell(stamp, null, 0);
    }

    @Override
    public CellKind kind() {
        return CellKind.VALUE;
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

    /** The value in canonical CBOR; empty if removed. */
    public Optional<byte[]> value() {
        return Optional.ofNullable(value);
    }

    public long expiresMs() {
        return expiresMs;
    }

    @Override
    public ValueCell merge(Cell other) {
        if (!(other instanceof ValueCell that)) {
            throw new IllegalArgumentException(kind() + " does not merge with " + other.kind());
        }
        return compareTo(that) >= 0 ? this : that;
    }

    /** Past the stamps the order only matters if a writer broke the rule that stamps are unique. */
    private int compareTo(ValueCell that) {
        int order = Stamp.compare(time, writer, that.time, that.writer);
        if (order == 0) {
            order = Boolean.compare(value != null, that.value != null);
        }
        if (order == 0 && value != null && that.value != null) {
            order = Arrays.compareUnsigned(value, that.value);
        }
        return order != 0 ? order : Long.compare(expiresMs, that.expiresMs);
    }

    @Override
    public boolean isVisible(long nowMs) {
        return value != null && !Expiry.isOver(expiresMs, nowMs);
    }

    @Override
    public long newestMs() {
        return Stamp.msOf(time);
    }

    @Override
    public boolean isTombstone() {
        return value == null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ValueCell that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(time) + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "ValueCell[" + stamp() + ", " + (value == null ? "removed" : Arrays.toString(value)) + ", expires "
                + expiresMs + "]";
    }
}
