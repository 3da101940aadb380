package io.topgun.loadtests.faults;

import io.topgun.crdt.Cell;
import io.topgun.crdt.Partitions;
import io.topgun.loadtests.Observation;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a watcher holds: cells, positions, and what it found wrong. For its own thread and for those who check it. */
final class Holdings {
    /** Good nowhere: of a partition whose cells are in part one store's and in part another's. */
    private static final Position NOWHERE = new Position(0, 0, 0);

    private final Resume resume;
    private final CellCodec codec = new CellCodec();
    private final Map<Observation.Slice, Map<String, Cell>> cells = new HashMap<>();
    private final Map<Integer, Position> positions = new HashMap<>();
    private final Map<Log, Position> greatest = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private long reads;
    private long repairs;

    /** How it comes back. */
    enum Resume {
        /** By positions, that are always good, as there is one store only. */
        AT_ONE_STORE,
        /** By positions where they are good, else by digests. */
        AT_ANY_STORE,
        /** As if it had forgotten its positions, by digests. */
        BY_DIGESTS
    }

    /** A partition in a store. */
    private record Log(int partition, long storeId) {}

    /** Nothing yet. */
    Holdings(Resume resume) {
        this.resume = resume;
    }

    /** Whether positions are always good, and no read can be answered by another log. */
    boolean isOfOneStore() {
        return resume == Resume.AT_ONE_STORE;
    }

    synchronized void merge(List<Entry> entries) {
        for (Entry entry : entries) {
            cells.computeIfAbsent(
                            new Observation.Slice(entry.map(), Partitions.of(entry.key())), none -> new HashMap<>())
                    .merge(entry.key(), entry.cell(), Cell::merge);
        }
    }

    /** Takes for a slice what another store has. */
    synchronized void replace(Observation.Slice slice, List<Entry> entries) {
        cells.remove(slice);
        positions.put(slice.partition(), NOWHERE);
        merge(entries);
        repairs++;
    }

    synchronized Map<String, Cell> cells(Observation.Slice slice) {
        return Map.copyOf(cells.getOrDefault(slice, Map.of()));
    }

    synchronized long digest(Observation.Slice slice) {
        long digest = 0;
        for (Map.Entry<String, Cell> cell : cells.getOrDefault(slice, Map.of()).entrySet()) {
            digest ^= codec.hash(cell.getKey(), cell.getValue());
        }
        return digest;
    }

    /** Everything up to there is merged. */
    synchronized void move(int partition, Position now) {
        Position before = positions.put(partition, now);
        if (isOfOneStore() && before != null && now.storeId() != before.storeId()) {
            fault("position: partition " + partition + " went from " + before + " to " + now);
        }
        Position last = greatest.put(new Log(partition, now.storeId()), now);
        if (last != null && (now.seq() < last.seq() || now.incarnation() < last.incarnation())) {
            fault("position: partition " + partition + " went from " + last + " to " + now);
        }
    }

    /** Where to resume. */
    synchronized Map<Integer, Position> positions() {
        if (resume != Resume.BY_DIGESTS) {
            return Map.copyOf(positions);
        }
        Map<Integer, Position> nowhere = new HashMap<>();
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            nowhere.put(partition, NOWHERE);
        }
        return nowhere;
    }

    synchronized void read() {
        reads++;
    }

    /** How often it has read again what it was told. */
    synchronized long reads() {
        return reads;
    }

    /** How often it took a slice anew, by digest. */
    synchronized long repairs() {
        return repairs;
    }

    synchronized void fault(String text) {
        faults.add(text);
    }

    /** What it has met so far. */
    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    /** Slices in which what it holds differs from what a node states. */
    synchronized List<Observation.Slice> differing(Map<Observation.Slice, Long> digests) {
        List<Entry> entries = new ArrayList<>();
        cells.forEach((slice, held) -> held.forEach((key, cell) -> entries.add(new Entry(slice.map(), key, cell))));
        return new Observation(entries, Map.of(), digests).slicesThatDiffer();
    }
}
