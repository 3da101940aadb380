package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Shares;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Whether an operation can no longer be ordered, because what was pruned may have been newer than it. What is still there orders some
 * old operations all the same: it outlived the frontier, so it is newer than whatever was pruned beside it.
 */
final class Staleness {
    private final long frontierMs;

    Staleness(long frontierMs) {
        this.frontierMs = frontierMs;
    }

    /** Whether the delta is stale for this state of its kind, which is pruned at the frontier; null if there is none. */
    boolean isStale(Cell delta, @Nullable Cell current) {
        return switch (delta) {
            case ValueCell value -> current == null && value.stamp().ms() <= frontierMs;
            case FieldsCell fields -> isStale(fields, (FieldsCell) current);
            case OrCell or -> isStale(or, (OrCell) current);
            case CounterCell counter -> isStale(counter, (CounterCell) current);
        };
    }

    private boolean isStale(FieldsCell delta, @Nullable FieldsCell current) {
        FieldsCell based = current != null && current.hasBase() ? current : null;
        if (delta.hasBase()
                && Stamp.msOf(delta.baseTime()) <= frontierMs
                && (based == null || compareToBase(delta.baseTime(), delta.baseWriter(), based) > 0)) {
            return true;
        }
        for (int i = 0; i < delta.size(); i++) {
            Stamp own = delta.ownStamp(i);
            long time = own == null ? delta.baseTime() : own.time();
            String writer = own == null ? delta.baseWriter() : own.writer();
            boolean covered = based != null && compareToBase(time, writer, based) < 0;
            if (Stamp.msOf(time) <= frontierMs && !covered && !hasField(current, delta.names()[i])) {
                return true;
            }
        }
        return false;
    }

    private static int compareToBase(long time, String writer, FieldsCell cell) {
        return Stamp.compare(time, writer, cell.baseTime(), cell.baseWriter());
    }

    private static boolean hasField(@Nullable FieldsCell cell, String name) {
        return cell != null && Arrays.asList(cell.names()).contains(name);
    }

    private boolean isStale(OrCell delta, @Nullable OrCell current) {
        for (OrTag tag : delta.tags()) {
            boolean old = Math.max(tag.stamp().ms(), tag.removedMs()) <= frontierMs;
            if (old && (current == null || (!tag.isRemoved() && !hasTag(current, tag)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasTag(OrCell cell, OrTag tag) {
        return Collections.binarySearch(cell.tags(), tag, Comparator.comparing(OrTag::stamp)) >= 0;
    }

    private boolean isStale(CounterCell delta, @Nullable CounterCell current) {
        Shares shares = delta.shares();
        for (int i = 0; i < shares.size(); i++) {
            long ms = Stamp.msOf(shares.time(i));
            boolean old = ms + CounterCell.SHARE_MS <= frontierMs || isFolded(current, ms);
            if (old && (current == null || !current.shares().contains(shares.time(i), shares.writer(i)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFolded(@Nullable CounterCell cell, long ms) {
        return cell != null
                && cell.folded().isPresent()
                && ms <= cell.folded().get().ms();
    }
}
