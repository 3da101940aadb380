package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Shares;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.Limits;

/**
 * How far an entry may grow. One operation is bounded where it comes in; many of them must not make what no reader can be sent in one
 * piece. An entry that is past a bound already, by a merge, still takes operations.
 */
final class Bounds {
    private Bounds() {}

    /** Whether there is more in a cell than the limits allow. */
    static boolean isTooLarge(Cell cell) {
        return switch (cell) {
            case ValueCell value -> false;
            case FieldsCell fields -> fields.size() > Limits.defaults().fieldsMax();
            case OrCell or -> or.tags().size() > Limits.defaults().tagsMax();
            case CounterCell counter ->
                counter.shares().size() > Limits.defaults().sharesMax();
        };
    }

    /** Whether a sum of a counter is past the greatest number, where it would stop. */
    static boolean isPastSum(Cell cell) {
        if (!(cell instanceof CounterCell counter)) {
            return false;
        }
        Shares shares = counter.shares();
        long plus = counter.folded().map(CounterCell.Folded::plus).orElse(0L);
        long minus = counter.folded().map(CounterCell.Folded::minus).orElse(0L);
        for (int i = 0; i < shares.size() && Math.max(plus, minus) <= CounterCell.SUM_MAX; i++) {
            plus += shares.plus(i);
            minus += shares.minus(i);
        }
        return Math.max(plus, minus) > CounterCell.SUM_MAX;
    }

    /** Size of an entry on the wire, near enough to bound a chunk. */
    static long approximateBytes(String key, Cell cell) {
        long values = switch (cell) {
            case ValueCell value -> value.value().map(bytes -> bytes.length).orElse(0);
            case FieldsCell fields -> fields.values().length + 8L * fields.size();
            case OrCell or -> bytes(or);
            case CounterCell counter -> 16L + 16L * counter.shares().size();
        };
        return key.length() + values + 16;
    }

    private static long bytes(OrCell or) {
        long bytes = 0;
        for (OrTag tag : or.tags()) {
            bytes += 16 + tag.value().map(value -> value.length).orElse(0);
        }
        return bytes;
    }
}
