package io.topgun.protocol;

import static io.topgun.protocol.VectorCells.MS;
import static io.topgun.protocol.VectorCells.cbor;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cells and the frontiers that pass them. */
final class VectorPrunes {
    private static final Object REMOVED = Optional.empty();
    private static final String[] AB = {"a", "b"};

    private VectorPrunes() {}

    record Prune(String name, long frontierMs, Cell cell) {}

    private static Stamp at(long ms) {
        return Stamp.of(MS + ms, 0, "w1");
    }

    /** Cases about a cell at some frontiers around the times in it. */
    private static void around(List<Prune> prunes, String name, Cell cell, long... frontiers) {
        for (long frontier : frontiers) {
            prunes.add(new Prune(name + ", frontier at " + frontier, MS + frontier, cell));
        }
    }

    static List<Prune> prunes() {
        List<Prune> prunes = new ArrayList<>();
        values(prunes);
        fields(prunes);
        OrCell tags =
                OrCell.of(OrTag.live(at(1), cbor("x")), OrTag.removed(at(2), MS + 2), OrTag.removed(at(3), MS + 9));
        around(prunes, "or: a live tag and two removed", tags, 0, 1, 2, 3, 8, 9, 99);
        around(prunes, "or: all removed", OrCell.remove(List.of(at(1), at(2)), MS + 5), 2, 4, 5);
        around(prunes, "or: removed before it was added", OrCell.remove(List.of(at(5)), MS), 4, 5);
        counters(prunes);
        return prunes;
    }

    private static void values(List<Prune> prunes) {
        around(prunes, "value: live", ValueCell.set(at(1), cbor(1), Life.FOREVER), 0, 1, 99);
        around(prunes, "value: removed", ValueCell.remove(at(1)), 0, 1, 2);
        around(prunes, "value: expires", ValueCell.set(at(1), cbor(1), Life.until(MS + 9)), 1, 8, 9, 10);
        around(prunes, "value: expired before it was set", ValueCell.set(at(5), cbor(1), Life.until(MS)), 0, 4, 5);
        around(prunes, "value: idles", ValueCell.set(at(1), cbor(1), Life.of(0, 5, MS + 4)), 1, 8, 9);
        around(
                prunes,
                "value: idles before it expires",
                ValueCell.set(at(1), cbor(1), Life.of(MS + 50, 5, MS + 4)),
                8,
                9);
        around(
                prunes,
                "value: expires before it idles",
                ValueCell.set(at(1), cbor(1), Life.of(MS + 7, 5, MS + 4)),
                6,
                7);
    }

    private static void fields(List<Prune> prunes) {
        FieldsCell set = FieldsCell.set(at(1), Life.FOREVER, AB, cbor(1, 2));
        around(prunes, "fields: live", set, 0, 1, 99);
        around(prunes, "fields: deleted", FieldsCell.delete(at(1)), 0, 1);
        around(prunes, "fields: expires", FieldsCell.set(at(1), Life.until(MS + 9), AB, cbor(1, 2)), 8, 9);
        around(prunes, "fields: idles", FieldsCell.set(at(1), Life.of(0, 2, MS + 4), AB, cbor(1, 2)), 5, 6);
        FieldsCell mixed = set.merge(FieldsCell.update(at(3), new String[] {"b", "é"}, cbor(REMOVED, 3)))
                .merge(FieldsCell.update(at(5), new String[] {"zz"}, cbor(REMOVED)));
        around(prunes, "fields: live, some removed", mixed, 0, 2, 3, 4, 5, 99);
        FieldsCell ending = FieldsCell.set(at(1), Life.until(MS + 4), AB, cbor(1, 2))
                .merge(FieldsCell.update(at(3), new String[] {"b"}, cbor(9)))
                .merge(FieldsCell.update(at(6), new String[] {"c"}, cbor(9)));
        around(prunes, "fields: expires between updates", ending, 3, 4, 5, 6);
        FieldsCell late = FieldsCell.delete(at(2)).merge(FieldsCell.update(at(4), AB, cbor(1, REMOVED)));
        around(prunes, "fields: deleted, updated later", late, 1, 2, 3, 4);
        around(prunes, "fields: updated, no base", FieldsCell.update(at(4), AB, cbor(1, REMOVED)), 3, 4);
    }

    private static void counters(List<Prune> prunes) {
        long day = CounterCell.SHARE_MS;
        CounterCell shares = VectorCounters.share(at(1), 5, 1)
                .merge(VectorCounters.share(Stamp.of(MS + 1, 0, "w2"), 1, 1))
                .merge(VectorCounters.share(at(4), 0, 2));
        around(prunes, "counter: shares", shares, 1, 4, day, day + 1, day + 3, day + 4);
        CounterCell folded = VectorCounters.folded(MS, 10, 20).merge(shares);
        around(prunes, "counter: a folded part and shares", folded, 0, day, day + 1, day + 99);
        around(prunes, "counter: all folded", VectorCounters.folded(MS, 10, 20), -1, 0, day, 2 * day);
        CounterCell most = VectorCounters.folded(MS, CounterCell.SUM_MAX - 1, 3)
                .merge(VectorCounters.share(at(1), CounterCell.SUM_MAX, 0));
        around(prunes, "counter: sums stop", most, day + 1);
        prunes.add(new Prune(
                "counter: a frontier before any share ends", 5, VectorCounters.share(Stamp.of(0, 0, "w"), 1, 0)));
    }
}
