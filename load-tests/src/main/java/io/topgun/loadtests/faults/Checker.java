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
import java.util.Optional;
import java.util.Set;

/**
 * Judges what a node at rest tells by what was written before. A cell must lie between the
 * merge of what was acknowledged or seen earlier and the merge of all that was sent, and be made of
 * nothing else. Every add to an OR-Map has a value of its own, so an equal value is the same add twice.
 */
final class Checker {
    private final Map<Place, Cell> seen = new HashMap<>();
    private final Map<Integer, Position> positions = new HashMap<>();

    /**
     * What is wrong; nothing if all is well. The observation is remembered for the next one.
     *
     * @param restarted whether the node was started anew since the last observation
     */
    List<String> check(Map<Place, List<History.Sent>> history, Observation now, boolean restarted) {
        List<String> faults = new ArrayList<>();
        Map<Place, Cell> found = byPlace(now.entries(), faults);
        for (Place place : found.keySet()) {
            if (!history.containsKey(place)) {
                faults.add("invented: nothing was ever written to " + place);
            }
        }
        history.forEach((place, sent) -> check(place, sent, Optional.ofNullable(found.get(place)), faults));
        for (Observation.Slice slice : now.slicesThatDiffer()) {
            faults.add("digest: not that of the cells in " + slice);
        }
        now.positions().forEach((partition, position) -> checkOrder(partition, position, restarted, faults));
        seen.putAll(found);
        positions.putAll(now.positions());
        return faults;
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

    private void checkOrder(int partition, Position now, boolean restarted, List<String> faults) {
        Position before = positions.get(partition);
        if (before == null) {
            return;
        }
        if (now.storeId() != before.storeId()) {
            faults.add("position: partition " + partition + " is of another store than before");
        } else if (restarted ? now.incarnation() <= before.incarnation() : now.incarnation() != before.incarnation()) {
            faults.add("position: the incarnation is raised by restarts, and only by them: " + before + ", " + now);
        } else if (now.seq() < before.seq()) {
            faults.add("position: partition " + partition + " went back from " + before + " to " + now);
        }
    }
}
