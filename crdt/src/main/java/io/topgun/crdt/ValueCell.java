package io.topgun.crdt;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Last-writer-wins register: the greater stamp wins whole. Without a value it is a tombstone. */
public final class ValueCell implements Cell {
    private final long time;
    private final String writer;
    private final byte @Nullable [] value;
    private final Life life;

    private ValueCell(Stamp stamp, byte @Nullable [] value, Life life) {
        this.time = stamp.time();
        this.writer = stamp.writer();
        this.value = value;
        this.life = life;
    }

    /** A value in canonical CBOR. */
    public static ValueCell set(Stamp stamp, byte[] value, Life life) {
        return new ValueCell(stamp, value, life);
    }

    public static ValueCell remove(Stamp stamp) {
        return new ValueCell(stamp, null, Life.FOREVER);
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

    /** How long it lives; without a bound once removed. */
    public Life life() {
        return life;
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
        return order != 0 ? order : life.compareTo(that.life);
    }

    @Override
    public boolean isVisible(long nowMs) {
        return value != null && nowMs < life.endMs();
    }

    @Override
    public long newestMs() {
        return Math.max(Stamp.msOf(time), life.touchedMs());
    }

    @Override
    public Optional<Cell> pruned(long frontierMs) {
        boolean goes = Stamp.msOf(time) <= frontierMs && (value == null || life.endMs() <= frontierMs);
        return goes ? Optional.empty() : Optional.of(this);
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
        return "ValueCell[" + stamp() + ", " + (value == null ? "removed" : Arrays.toString(value)) + ", " + life + "]";
    }
}
