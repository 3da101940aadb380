package io.topgun.loadtests.faults;

import io.topgun.crdt.Cell;
import io.topgun.crdt.Partitions;
import io.topgun.loadtests.Observation;
import io.topgun.loadtests.Peer;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Message;
import io.topgun.protocol.Position;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * A client that holds a replica of every map, resumes it by position over as many connections as it
 * takes, and reads again what it has been told: never may less be there.
 */
final class Watcher implements Callable<Integer> {
    private static final int BACK_OFF_MS_MAX = 100;
    private static final int DELTAS_PER_READ = 20;

    private final Gate gate;
    private final String name;
    private final Random random;
    private final Map<Observation.Slice, Map<String, Cell>> held = new HashMap<>();
    private final Map<Integer, Position> positions = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private long reads;

    Watcher(Gate gate, String name, long seed) {
        this.gate = gate;
        this.name = name;
        this.random = new Random(seed);
    }

    /** Runs until the gate says it is over; returns the number of connections it had. */
    @Override
    public Integer call() throws InterruptedException {
        int connections = 0;
        while (true) {
            Optional<URI> sync = gate.awaitWork(true);
            if (sync.isEmpty()) {
                return connections;
            }
            try (Peer peer = new Peer(sync.get(), name)) {
                connections++;
                watch(peer);
            } catch (IOException e) {
                Thread.sleep(random.nextInt(BACK_OFF_MS_MAX)); // the fault, as was to be expected
            }
        }
    }

    private void watch(Peer peer) throws IOException, InterruptedException {
        Connection connection = new Connection(peer);
        peer.send(new Message.Subscribe(0, Workload.MAPS, resumeFrom()));
        while (true) {
            connection.on(peer.receive());
        }
    }

    private synchronized Map<Integer, Position> resumeFrom() {
        return Map.copyOf(positions);
    }

    /** What is known of one connection only. */
    private final class Connection {
        private final Peer peer;
        private final Map<Integer, Message.Store> stores = new HashMap<>();
        private final Map<Integer, Long> seqs = new HashMap<>();
        /** Deltas may come in front of the chunks that say what was missed, and are no position before them. */
        private final Set<Integer> caughtUp = new HashSet<>();

        private int deltas;
        private Optional<Read> reading = Optional.empty();

        Connection(Peer peer) {
            this.peer = peer;
        }

        void on(Message message) throws IOException {
            switch (message) {
                case Message.Store store -> stores.put(store.ref(), store);
                case Message.Snapshot chunk -> {
                    merge(chunk.entries());
                    if (!chunk.more()) {
                        caughtUp.add(chunk.partition());
                        moveTo(chunk.partition(), chunk.ref(), chunk.seq());
                    }
                }
                case Message.Delta delta -> {
                    merge(delta.entries());
                    moveTo(delta.partition(), delta.ref(), delta.seq());
                    if (++deltas % DELTAS_PER_READ == 0 && reading.isEmpty()) {
                        read(delta);
                    }
                }
                case Message.Buckets buckets -> {
                    reading.ifPresent(read -> check(read, buckets.entries()));
                    reading = Optional.empty();
                }
                case Message.Digest digest ->
                    fault("position: not good, though nothing was pruned, in partition " + digest.partition());
                default -> {}
            }
        }

        private void read(Message.Delta delta) {
            Entry entry = delta.entries().get(random.nextInt(delta.entries().size()));
            Observation.Slice slice = new Observation.Slice(entry.map(), delta.partition());
            reading = Optional.of(new Read(slice, cells(slice)));
            peer.send(new Message.Fetch(0, slice.map(), slice.partition(), 0, List.of(0)));
        }

        /** The order of deltas against chunks is free, so the greatest counts. */
        private void moveTo(int partition, int ref, long seq) throws IOException {
            Message.Store store = stores.get(ref);
            if (store == null) {
                throw new IOException("A store that was not named: " + ref);
            }
            long greatest = seqs.merge(partition, seq, Math::max);
            if (caughtUp.contains(partition)) {
                move(partition, new Position(store.storeId(), store.incarnation(), greatest));
            }
        }
    }

    /** A read on its way, and the least that it must bring. */
    private record Read(Observation.Slice slice, Map<String, Cell> least) {}

    private synchronized Map<String, Cell> cells(Observation.Slice slice) {
        return Map.copyOf(held.getOrDefault(slice, Map.of()));
    }

    synchronized void merge(List<Entry> entries) {
        for (Entry entry : entries) {
            held.computeIfAbsent(
                            new Observation.Slice(entry.map(), Partitions.of(entry.key())), none -> new HashMap<>())
                    .merge(entry.key(), entry.cell(), Cell::merge);
        }
    }

    synchronized void move(int partition, Position now) {
        Position before = positions.put(partition, now);
        if (before != null && (now.storeId() != before.storeId() || now.seq() < before.seq())) {
            fault("position: partition " + partition + " went from " + before + " to " + now);
        }
    }

    private synchronized void check(Read read, List<Entry> entries) {
        reads++;
        faults.addAll(wentBack(read.slice(), read.least(), entries));
    }

    /** What of the cells that a session was told is not in what it reads afterwards. */
    static List<String> wentBack(Observation.Slice slice, Map<String, Cell> told, List<Entry> read) {
        Map<String, Cell> now = new HashMap<>();
        read.forEach(entry -> now.put(entry.key(), entry.cell()));
        List<String> faults = new ArrayList<>();
        told.forEach((key, cell) -> {
            Cell found = now.get(key);
            if (found == null || !found.merge(cell).equals(found)) {
                faults.add("backwards: " + key + " in " + slice + " was " + cell + " and reads as " + found);
            }
        });
        return faults;
    }

    private synchronized void fault(String text) {
        faults.add(text);
    }

    /** What it has met so far. */
    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    /** How often it has read again what it was told. */
    synchronized long reads() {
        return reads;
    }

    /** Slices in which what it holds differs from what a node states. */
    synchronized List<Observation.Slice> differing(Map<Observation.Slice, Long> digests) {
        List<Entry> entries = new ArrayList<>();
        held.forEach((slice, cells) -> cells.forEach((key, cell) -> entries.add(new Entry(slice.map(), key, cell))));
        return new Observation(entries, Map.of(), digests).slicesThatDiffer();
    }
}
