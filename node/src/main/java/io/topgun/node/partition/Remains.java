package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What remains of the cells of a replica that was away while the frontier passed: all but what is stale beside the cells of a sibling
 * that was there, which may have forgotten its removal.
 */
final class Remains {
    private static final byte[] REMOVED = {(byte) 0xf7};

    private final Staleness staleness;

    /** What remains beside a sibling that is pruned at the frontier. */
    Remains(long frontierMs) {
        this.staleness = new Staleness(frontierMs);
    }

    /** What remains of a cell, the same instance if all does, beside the sibling's; null if that has none. */
    Optional<Cell> of(Cell cell, @Nullable Cell theirs) {
        if (theirs != null && theirs.kind() != cell.kind()) {
            return Optional.of(cell); // which of the two stays is for the merge to say
        }
        return switch (cell) {
            case ValueCell value -> staleness.isStale(value, theirs) ? Optional.empty() : Optional.of(value);
            case FieldsCell fields -> staleness.isStale(fields, theirs) ? fields(fields, theirs) : Optional.of(fields);
            case OrCell or -> tags(or, theirs);
            case CounterCell counter -> Optional.of(counter); // pruning forgets nothing of it
        };
    }

    private Optional<Cell> fields(FieldsCell cell, @Nullable Cell theirs) {
        Optional<Cell> rest = Optional.empty();
        if (cell.base().isPresent()) {
            rest = with(rest, withItsOwn(cell, cell.base().get()), theirs);
        }
        for (int i = 0; i < cell.size(); i++) {
            Stamp stamp = cell.ownStamp(i);
            if (stamp != null) {
                String name = cell.names()[i];
                byte[] value = cell.value(name).orElse(REMOVED);
                rest = with(rest, FieldsCell.update(stamp, new String[] {name}, value), theirs);
            }
        }
        return rest;
    }

    /** The base with the fields that carry its stamp. */
    private static FieldsCell withItsOwn(FieldsCell cell, FieldsCell.Base base) {
        FieldsCell whole = FieldsCell.of(Optional.of(base), new String[0], new byte[0], null);
        for (int i = 0; i < cell.size(); i++) {
            if (cell.ownStamp(i) == null) {
                String[] name = {cell.names()[i]};
                whole = whole.merge(FieldsCell.of(
                        Optional.of(base), name, cell.value(name[0]).orElse(REMOVED), null));
            }
        }
        return whole;
    }

    private Optional<Cell> with(Optional<Cell> rest, Cell part, @Nullable Cell theirs) {
        if (staleness.isStale(part, theirs)) {
            return rest;
        }
        return Optional.of(rest.isPresent() ? rest.get().merge(part) : part);
    }

    private Optional<Cell> tags(OrCell cell, @Nullable Cell theirs) {
        OrTag[] rest = cell.tags().stream()
                .filter(tag -> !staleness.isStale(OrCell.of(tag), theirs))
                .toArray(OrTag[]::new);
        if (rest.length == cell.tags().size()) {
            return Optional.of(cell);
        }
        return rest.length == 0 ? Optional.empty() : Optional.of(OrCell.of(rest));
    }
}
