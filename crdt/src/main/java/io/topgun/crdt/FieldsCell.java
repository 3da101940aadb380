package io.topgun.crdt;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Object whose fields are last-writer-wins each, above a register, the <i>base</i>, that says whether
 * the object exists. A field counts only if it is not older than the base.
 *
 * <p>There is one such cell per entry of a grid, so it is packed: the base inlined, the values one
 * array, the names an array that cells of one shape share, and no stamps where all are the base's.
 */
public final class FieldsCell implements Cell {
    private static final String[] NO_NAMES = {};
    private static final byte[] NO_VALUES = {};

    /** The register: when the object was last set whole or deleted, and how long it lives. */
    public record Base(Stamp stamp, boolean present, Life life) {
        public Base {
            if (!present && !life.equals(Life.FOREVER)) {
                throw new IllegalArgumentException("A deleted entry has no life");
            }
        }
    }

    /** Time of the base; only with a writer. */
    final long time;
    /** Writer of the base; null if there is no base. */
    final @Nullable String writer;
    /** Life of a base that is present; null if it is not: a flag of its own would cost each entry 8 bytes. */
    private final @Nullable Life life;
    /** In text order. */
    final String[] names;
    /** Canonical CBOR of the fields, one behind the other; a removed one is {@code undefined}. */
    final byte[] values;
    /** Stamps of the fields, null where it is the base's; null as a whole if all are. */
    final @Nullable Stamp @Nullable [] stamps;

    FieldsCell(@Nullable FieldsCell base, String[] names, byte[] values, @Nullable Stamp @Nullable [] stamps) {
        this.time = base == null ? 0 : base.time;
        this.writer = base == null ? null : base.writer;
        this.life = base == null ? null : base.life;
        this.names = names;
        this.values = values;
        this.stamps = stamps;
    }

    private FieldsCell(Optional<Base> base, String[] names, byte[] values, @Nullable Stamp @Nullable [] stamps) {
        this.time = base.isPresent() ? base.get().stamp().time() : 0;
        this.writer = base.isPresent() ? base.get().stamp().writer() : null;
        this.life = base.isPresent() && base.get().present() ? base.get().life() : null;
        this.names = names;
        this.values = values;
        this.stamps = stamps;
    }

    /**
     * A state from its parts. The caller answers for the rules: names in text order, values one behind
     * the other, no field older than the base, a null stamp (or none at all) for the base's.
     */
    public static FieldsCell of(
            Optional<Base> base, String[] names, byte[] values, @Nullable Stamp @Nullable [] stamps) {
        if (base.isEmpty() && (names.length == 0 || stamps == null)) {
            throw new IllegalArgumentException("Neither a base nor fields with stamps");
        }
        if (stamps != null && stamps.length != names.length) {
            throw new IllegalArgumentException(names.length + " names, " + stamps.length + " stamps");
        }
        return new FieldsCell(base, names, values, stamps);
    }

    /** Replaces the whole object. */
    public static FieldsCell set(Stamp stamp, Life life, String[] names, byte[] values) {
        return of(Optional.of(new Base(stamp, true, life)), names, values, null);
    }

    /** Changes some fields of an object that exists; {@code undefined} removes one. */
    public static FieldsCell update(Stamp stamp, String[] names, byte[] values) {
        @Nullable Stamp[] stamps = new @Nullable Stamp[names.length];
        Arrays.fill(stamps, stamp);
        return of(Optional.empty(), names, values, stamps);
    }

    public static FieldsCell delete(Stamp stamp) {
        return of(Optional.of(new Base(stamp, false, Life.FOREVER)), NO_NAMES, NO_VALUES, null);
    }

    @Override
    public CellKind kind() {
        return CellKind.FIELDS;
    }

    public Optional<Base> base() {
        return writer == null ? Optional.empty() : Optional.of(new Base(new Stamp(time, writer), isPresent(), life()));
    }

    public boolean hasBase() {
        return writer != null;
    }

    /** Time of the base; 0 if there is none. */
    public long baseTime() {
        return time;
    }

    /** Writer of the base, which there must be. */
    public String baseWriter() {
        if (writer == null) {
            throw new IllegalStateException("No base");
        }
        return writer;
    }

    /** Whether the base says that the object exists. */
    public boolean isPresent() {
        return life != null;
    }

    /** How long the object lives; without a bound if the base is not present. */
    public Life life() {
        return life == null ? Life.FOREVER : life;
    }

    public int size() {
        return names.length;
    }

    /** Names of the fields, removed ones too; shared, not to be changed. */
    public String[] names() {
        return names;
    }

    /** Values of the fields as canonical CBOR, one behind the other; shared, not to be changed. */
    public byte[] values() {
        return values;
    }

    /** Whether every field carries the base's stamp. */
    public boolean isWhole() {
        return stamps == null;
    }

    /** Stamp of a field; null where it is the base's. */
    public @Nullable Stamp ownStamp(int field) {
        return stamps == null ? null : stamps[field];
    }

    /** Value of a field as canonical CBOR; empty if there is none. */
    public Optional<byte[]> value(String name) {
        int from = 0;
        for (String candidate : names) {
            int to = CborItems.end(values, from);
            if (candidate.equals(name)) {
                boolean removed = values[from] == CborItems.UNDEFINED;
                return removed ? Optional.empty() : Optional.of(Arrays.copyOfRange(values, from, to));
            }
            from = to;
        }
        return Optional.empty();
    }

    @Override
    public FieldsCell merge(Cell other) {
        if (!(other instanceof FieldsCell that)) {
            throw new IllegalArgumentException(kind() + " does not merge with " + other.kind());
        }
        return FieldsMerge.merge(this, that);
    }

    @Override
    public boolean isVisible(long nowMs) {
        return life != null && nowMs < life.endMs();
    }

    @Override
    public long newestMs() {
        long newest = writer == null ? 0 : Math.max(Stamp.msOf(time), life().touchedMs());
        if (stamps != null) {
            for (Stamp stamp : stamps) {
                newest = stamp == null ? newest : Math.max(newest, stamp.ms());
            }
        }
        return newest;
    }

    @Override
    public Optional<Cell> pruned(long frontierMs) {
        return FieldsPrune.pruned(this, frontierMs);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldsCell that
                && base().equals(that.base())
                && Arrays.equals(names, that.names)
                && Arrays.equals(values, that.values)
                && Arrays.equals(stamps, that.stamps);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(time) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "FieldsCell[" + base() + ", " + Arrays.toString(names) + ", " + Arrays.toString(values) + ", "
                + Arrays.toString(stamps) + "]";
    }
}
