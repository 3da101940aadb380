package io.topgun.node.hub;

import io.topgun.crdt.Partitions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What this node's hub was promised by another node's: which maps of which partitions it forwards, and how much of that has come.
 *
 * <p>One wish is under way at a time. It is sent again until it is confirmed, as messages between nodes may be lost. A large bundle may
 * be overtaken by others, which wait for it; when it does not come within two confirmations it is lost.
 */
final class Uplink {
    /** Bundles that wait for one in front of them at most. */
    private static final int EARLY_MAX = 256;

    /** What is wanted of the other hub. */
    record Wish(long version, BitSet partitions, Set<String> maps) {}

    /**
     * What has come.
     *
     * @param isWhole whether nothing was lost in front of it
     * @param changes in the order in which they were forwarded
     */
    record Arrival(boolean isWhole, List<Forward> changes) {
        private static final Arrival NOTHING = new Arrival(true, List.of());
    }

    private final TreeMap<Long, List<Forward>> early = new TreeMap<>();
    private Wish wish = new Wish(0, new BitSet(), Set.of());
    private Wish confirmed = wish;
    private long born;
    private long received;
    /** What the other hub had sent when it was heard of last. */
    private long due;

    /** What to ask for next, if that is something else than what was asked and nothing is under way. */
    Optional<Wish> wish(BitSet partitions, Set<String> maps) {
        if (!isConfirmed()
                || (wish.partitions().equals(partitions) && wish.maps().equals(maps))) {
            return Optional.empty();
        }
        BitSet some = new BitSet(Partitions.COUNT);
        some.or(partitions);
        wish = new Wish(wish.version() + 1, some, Set.copyOf(maps));
        return Optional.of(wish);
    }

    /** What was asked for last. */
    Wish wish() {
        return wish;
    }

    /** Whether all that was asked for is promised. */
    boolean isConfirmed() {
        return confirmed.version() == wish.version();
    }

    /** Whether these maps are promised, and not about to be given up. */
    boolean covers(Set<String> maps) {
        return confirmed.maps().containsAll(maps) && wish.maps().containsAll(maps);
    }

    /** Whether a partition is promised, and not about to be given up. */
    boolean covers(int partition) {
        return confirmed.partitions().get(partition) && wish.partitions().get(partition);
    }

    /** The other hub knows a wish, and has sent so many bundles since it took our first one, at {@code bornThere}. */
    Arrival onConfirmed(long version, long bornThere, long sent) {
        if (version == wish.version()) {
            confirmed = wish;
        } else if (version < confirmed.version()) { // it has forgotten us, or begun anew
            confirmed = new Wish(version, new BitSet(), Set.of());
        }
        if (born != bornThere) {
            return begin(bornThere, sent);
        }
        Arrival arrival = received < due ? skip() : Arrival.NOTHING;
        due = Math.max(due, sent);
        return arrival;
    }

    /** A bundle has come, with its number since {@code bornThere}. */
    Arrival onForwarded(long bornThere, long number, List<Forward> changes) {
        if (born != bornThere) {
            Arrival first = begin(bornThere, number);
            return new Arrival(first.isWhole(), changes);
        }
        if (number <= received) { // it was given up before
            return Arrival.NOTHING;
        }
        early.put(number, changes);
        return early.size() > EARLY_MAX ? skip() : new Arrival(true, inOrder());
    }

    /** The other hub counts anew: what it had before is not known. */
    private Arrival begin(long bornThere, long number) {
        born = bornThere;
        received = number;
        due = number;
        early.clear();
        return new Arrival(false, List.of());
    }

    /** Gives up what is missing. */
    private Arrival skip() {
        received = early.isEmpty() ? due : early.firstKey() - 1;
        return new Arrival(false, inOrder());
    }

    private List<Forward> inOrder() {
        List<Forward> changes = new ArrayList<>();
        while (!early.isEmpty() && early.firstKey() == received + 1) {
            changes.addAll(early.pollFirstEntry().getValue());
            received++;
        }
        return changes;
    }
}
