package io.topgun.crdt;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the frontier leaves of a {@link FieldsCell}. */
final class FieldsPrune {
    private final FieldsCell cell;
    private final long frontierMs;
    /** Whether the base goes, and with it the fields of its stamp. */
    private final boolean baseGoes;

    private FieldsPrune(FieldsCell cell, long frontierMs) {
        this.cell = cell;
        this.frontierMs = frontierMs;
        this.baseGoes = cell.hasBase()
                && Stamp.msOf(cell.time) <= frontierMs
                && (!cell.isPresent() || cell.life().endMs() <= frontierMs);
    }

    static Optional<Cell> pruned(FieldsCell cell, long frontierMs) {
        return new FieldsPrune(cell, frontierMs).rest();
    }

    private Optional<Cell> rest() {
        if (cell.stamps == null) {
            return baseGoes ? Optional.empty() : Optional.of(cell);
        }
        if (!baseGoes && !hasOldStamp(cell.stamps)) {
            return Optional.of(cell);
        }
        int size = cell.size();
        String[] names = new String[size];
        byte[] values = new byte[cell.values.length];
        @Nullable Stamp[] stamps = new @Nullable Stamp[size];
        boolean mixed = false;
        int count = 0;
        int length = 0;
        int from = 0;
        for (int i = 0; i < size; i++) {
            int to = CborItems.end(cell.values, from);
            if (stays(cell.stamps[i], cell.values[from] == CborItems.UNDEFINED)) {
                names[count] = cell.names[i];
                stamps[count] = cell.stamps[i];
                mixed |= cell.stamps[i] != null;
                System.arraycopy(cell.values, from, values, length, to - from);
                length += to - from;
                count++;
            }
            from = to;
        }
        if (count == size && !baseGoes) {
            return Optional.of(cell);
        }
        FieldsCell base = cell.hasBase() && !baseGoes ? cell : null;
        if (base == null && count == 0) {
            return Optional.empty();
        }
        return Optional.of(new FieldsCell(
                base,
                count == size ? cell.names : Arrays.copyOf(names, count),
                Arrays.copyOf(values, length),
                mixed ? Arrays.copyOf(stamps, count) : null));
    }

    /** Only a field with such a stamp may go while the base stays; nearly all cells have none. */
    private boolean hasOldStamp(@Nullable Stamp[] stamps) {
        for (Stamp own : stamps) {
            if (own != null && own.ms() <= frontierMs) {
                return true;
            }
        }
        return false;
    }

    private boolean stays(@Nullable Stamp own, boolean removed) {
        if (own == null) {
            return !baseGoes;
        }
        return own.ms() > frontierMs || (!removed && !baseGoes && cell.isPresent());
    }
}
