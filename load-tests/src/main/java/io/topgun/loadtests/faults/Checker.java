package io.topgun.loadtests.faults;

import io.topgun.crdt.Cell;
import io.topgun.crdt.OrCell;
import io.topgun.loadtests.Observation;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Judges what a node at rest tells by what was written before. A cell must lie between the
 * merge of what was acknowledged or seen earlier and the merge of all that was sent, and be made of
 * nothing else. Every add to an OR-Map has a value of its own, so an equal value is the same add twice.
 */
final class Checker {
    private final Map<Place, Cell> seen = new HashMap<>();
    private final Map<Log, Position> greatest = new HashMap<>();
    private Map<Integer, Position> positions = Map.of();

    /** What may have become of the stores since the last observation. */
    enum Stores {
        /** The node went on, with the store it had. */
        SAME,
        /** The node was started anew, on the store it had. */
        RESTARTED,
        /** Of several nodes, any may answer for a partition. */
        ANY
    }

    /** A partition in a store. */
    private record Log(int partition, long storeId) {}

    /** What is wrong with a grid of one node. */
    List<String> check(Map<Place, List<History.Sent>> history, Observation now, Stores stores) {
        return check(history, List.of(now), stores);
    }

    /** What is wrong with what each of the nodes tells; nothing if all is well. The first one is remembered for the next time. */
    List<String> check(Map<Place, List<History.Sent>> history, List<Observation> nodes, Stores stores) {
        List<String> faults = new ArrayList<>(unequal(nodes));
        // Of equal nodes it is enough to look at the cells of one.
        for (Observation node : faults.isEmpty() ? nodes.subList(0, 1) : nodes) {
            checkCells(history, node, faults);
        }
        for (Observation node : nodes) {
            for (Observation.Slice slice : node.slicesThatDiffer()) {
                faults.add("digest: not that of the cells in " + slice);
            }
            checkOrder(node.positions(), stores, faults);
        }
        seen.putAll(byPlace(nodes.get(0).entries(), new ArrayList<>()));
        return faults;
    }

    /** Where nodes differ from the first one. */
    static List<String> unequal(List<Observation> nodes) {
        List<String> faults = new ArrayList<>();
        Map<Observation.Slice, Long> first = nodes.get(0).digests();
        for (int i = 1; i < nodes.size(); i++) {
            Map<Observation.Slice, Long> other = nodes.get(i).digests();
            List<Observation.Slice> differing = first.keySet().stream()
                    .filter(slice -> !Objects.equals(first.get(slice), other.get(slice)))
                    .toList();
            if (!differing.isEmpty() || other.size() != first.size()) {
                faults.add("unequal: node " + (i + 1) + " differs from node 1 in " + differing);
            }
        }
        return faults;
    }

    private void checkCells(Map<Place, List<History.Sent>> history, Observation now, List<String> faults) {
        Map<Place, Cell> found = byPlace(now.entries(), faults);
        for (Place place : found.keySet()) {
            if (!history.containsKey(place)) {
                faults.add("invented: nothing was ever written to " + place);
            }
        }
        history.forEach((place, sent) -> check(place, sent, Optional.ofNullable(found.get(place)), faults));
    }

    private static Map<Place, Cell> byPlace(List<Entry> entries, List<String> faults) {
        Map<Place, Cell> found = new HashMap<>();
        for (Entry entry : entries) {
            Place place = new Place(entry.map(), entry.key());
            if (found.put(place, entry.cell()) != null) {
                faults.add("twice: a second cell at " + place);
            }
        }
        return found;
    }

    private void check(Place place, List<History.Sent> history, Optional<Cell> found, List<String> faults) {
        Optional<Cell> least = Optional.ofNullable(seen.get(place));
        Optional<Cell> most = Optional.empty();
        Set<Atoms.Atom> written = new HashSet<>();
        for (History.Sent sent : history) {
            most = Optional.of(merged(most, sent.delta()));
            least = sent.acknowledged() ? Optional.of(merged(least, sent.delta())) : least;
            written.addAll(Atoms.of(sent.delta()));
        }
        if (found.isEmpty()) {
            least.ifPresent(cell -> faults.add("lost: no cell at " + place + ", expected " + cell));
            return;
        }
        Cell cell = found.get();
        if (!merged(least, cell).equals(cell)) {
            faults.add("lost: at " + place + " is " + cell + ", expected at least " + least.orElseThrow());
        }
        if (!merged(most, cell).equals(most.orElse(cell))) {
            faults.add("invented: at " + place + " is " + cell + ", expected at most " + most.orElseThrow());
        }
        for (Atoms.Atom atom : Atoms.of(cell)) {
            if (!written.contains(atom)) {
                faults.add("invented: at " + place + " is " + atom);
            }
        }
        if (cell instanceof OrCell or
                && new HashSet<>(Atoms.liveValues(or)).size()
                        < Atoms.liveValues(or).size()) {
            faults.add("twice: one add has two tags at " + place + ": " + or);
        }
        Totals.check(place, history, cell).ifPresent(faults::add);
    }

    private static Cell merged(Optional<Cell> some, Cell more) {
        return some.map(cell -> cell.merge(more)).orElse(more);
    }

    private void checkOrder(Map<Integer, Position> now, Stores stores, List<String> faults) {
        now.forEach((partition, position) -> {
            Position before = greatest.put(new Log(partition, position.storeId()), position);
            if (before != null && (position.seq() < before.seq() || position.incarnation() < before.incarnation())) {
                faults.add("position: partition " + partition + " went back from " + before + " to " + position);
            }
            if (stores != Stores.ANY && positions.containsKey(partition)) {
                checkStore(positions.get(partition), position, stores, faults);
            }
        });
        positions = now;
    }

    private static void checkStore(Position before, Position now, Stores stores, List<String> faults) {
        boolean isRaised = now.incarnation() > before.incarnation();
        if (now.storeId() != before.storeId()) {
            faults.add("position: another store than before: " + before + ", " + now);
        } else if (isRaised != (stores == Stores.RESTARTED)) {
            faults.add("position: the incarnation is raised by restarts, and only by them: " + before + ", " + now);
        }
    }
}
