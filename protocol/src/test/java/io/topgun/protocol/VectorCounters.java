package io.topgun.protocol;

import static io.topgun.protocol.VectorCells.LATEST;
import static io.topgun.protocol.VectorCells.MID;
import static io.topgun.protocol.VectorCells.MS;
import static io.topgun.protocol.VectorCells.NEW;
import static io.topgun.protocol.VectorCells.OLD;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.Shares;
import io.topgun.crdt.Stamp;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Golden counters, and the pairs of them that are merged. */
final class VectorCounters {
    private static final long MOST = CounterCell.SUM_MAX;

    private VectorCounters() {}

    static CounterCell share(Stamp stamp, long plus, long minus) {
        return CounterCell.share(stamp, plus, minus);
    }

    static CounterCell folded(long ms, long plus, long minus) {
        return CounterCell.of(Optional.of(new CounterCell.Folded(ms, plus, minus)), Shares.none());
    }

    /** Counters that writers may send, then those that only a replica may. */
    static Map<String, Cell> cells() {
        Map<String, Cell> cells = new LinkedHashMap<>(deltas());
        cells.put("counter, folded", folded(MS, 7, 300));
        cells.put("counter, folded to the most", folded(0, MOST, MOST));
        cells.put(
                "counter, folded and shares",
                folded(MS, 7, 0).merge(share(NEW, 1, 2).merge(share(LATEST, 0, 9))));
        return cells;
    }

    static Map<String, Cell> deltas() {
        Map<String, Cell> cells = new LinkedHashMap<>();
        cells.put("counter, one share", share(OLD, 1, 0));
        cells.put("counter, less", share(OLD, 0, 1));
        cells.put("counter, the greatest share", share(Stamp.of(Stamp.MS_MAX, 65_535, "z"), MOST, MOST));
        cells.put("counter, shares of two writers", share(MID, 24, 256).merge(share(NEW, 65_536, 0)));
        return cells;
    }

    /** Pairs {a, b}, by name. */
    static Map<String, Cell[]> pairs() {
        Map<String, Cell[]> pairs = new LinkedHashMap<>();
        CounterCell two = share(OLD, 5, 1).merge(share(NEW, 2, 2));
        pair(pairs, "counter: two writers", share(MID, 1, 0), share(NEW, 1, 0));
        pair(pairs, "counter: a share grows", two, share(OLD, 9, 1));
        pair(pairs, "counter: the same twice", two, share(NEW, 2, 2));
        pair(pairs, "counter: an older state of a share", two, share(OLD, 4, 0));
        pair(pairs, "counter: each direction by itself", share(OLD, 5, 1), share(OLD, 4, 3));
        pair(
                pairs,
                "counter: a new share between others",
                share(OLD, 1, 0).merge(share(LATEST, 3, 0)),
                share(MID, 2, 0));
        pair(pairs, "counter: sums stop", share(OLD, MOST, 0), share(NEW, MOST, 3));
        pair(pairs, "counter: the folded part covers a share", two, folded(MS, 5, 1));
        pair(pairs, "counter: it covers all shares", two, folded(MS + 1, 7, 3));
        pair(
                pairs,
                "counter: of two folded parts the later",
                folded(MS, 9, 9),
                folded(MS + 1, 1, 1).merge(share(LATEST, 1, 0)));
        pair(pairs, "counter: folded at one time, the greater plus", folded(MS, 2, 1), folded(MS, 1, 9));
        pair(pairs, "counter: folded at one time, the greater minus", folded(MS, 2, 1), folded(MS, 2, 9));
        pair(
                pairs,
                "counter: a folded part and shares on both sides",
                folded(MS, 5, 1).merge(share(NEW, 2, 2)),
                folded(MS, 5, 1).merge(share(MID, 1, 0)).merge(share(NEW, 3, 0)));
        return pairs;
    }

    private static void pair(Map<String, Cell[]> pairs, String name, Cell a, Cell b) {
        pairs.put(name, new Cell[] {a, b});
    }
}
