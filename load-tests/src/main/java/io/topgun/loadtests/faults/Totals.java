package io.topgun.loadtests.faults;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Shares;
import io.topgun.crdt.Stamp;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The size of a set and the sum of a counter, reckoned from what was written and without any merge: an
 * interval while some writes are not acknowledged, one number once all are.
 */
record Totals(long least, long most) {

    /** Whether cells of this kind have a total. */
    static boolean isExact(Cell cell) {
        return cell instanceof OrCell || cell instanceof CounterCell;
    }

    /** What is wrong with the total of a cell. */
    static Optional<String> check(Place place, List<History.Sent> history, Cell found) {
        long total;
        Totals expected;
        switch (found) {
            case OrCell set -> {
                total = Atoms.liveValues(set).size();
                expected = ofSet(history);
            }
            case CounterCell counter -> {
                total = counter.value();
                expected = ofCounter(history);
            }
            default -> {
                return Optional.empty();
            }
        }
        return total >= expected.least && total <= expected.most
                ? Optional.empty()
                : Optional.of("total: " + total + " at " + place + ", expected " + expected);
    }

    private static Totals ofSet(List<History.Sent> history) {
        Set<Stamp> added = new HashSet<>();
        Set<Stamp> addedSurely = new HashSet<>();
        Set<Stamp> removed = new HashSet<>();
        Set<Stamp> removedSurely = new HashSet<>();
        for (History.Sent sent : history) {
            for (OrTag tag : sent.delta() instanceof OrCell set ? set.tags() : List.<OrTag>of()) {
                (tag.isRemoved() ? removed : added).add(tag.stamp());
                if (sent.acknowledged()) {
                    (tag.isRemoved() ? removedSurely : addedSurely).add(tag.stamp());
                }
            }
        }
        addedSurely.removeAll(removed);
        added.removeAll(removedSurely);
        return new Totals(addedSurely.size(), added.size());
    }

    private static Totals ofCounter(List<History.Sent> history) {
        Map<Stamp, Share> shares = new HashMap<>();
        for (History.Sent sent : history) {
            Shares own = sent.delta() instanceof CounterCell counter ? counter.shares() : Shares.none();
            for (int i = 0; i < own.size(); i++) {
                shares.computeIfAbsent(own.stamp(i), none -> new Share())
                        .grow(own.plus(i), own.minus(i), sent.acknowledged());
            }
        }
        long least = 0;
        long most = 0;
        for (Share share : shares.values()) {
            least += share.plusSurely - share.minus;
            most += share.plus - share.minusSurely;
        }
        return new Totals(least, most);
    }

    /** What one writer has added up: all of it, and what of it was acknowledged. */
    private static final class Share {
        private long plus;
        private long minus;
        private long plusSurely;
        private long minusSurely;

        void grow(long toPlus, long toMinus, boolean surely) {
            plus = Math.max(plus, toPlus);
            minus = Math.max(minus, toMinus);
            if (surely) {
                plusSurely = Math.max(plusSurely, toPlus);
                minusSurely = Math.max(minusSurely, toMinus);
            }
        }
    }
}
