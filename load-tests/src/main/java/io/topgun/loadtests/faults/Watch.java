package io.topgun.loadtests.faults;

import io.topgun.crdt.Cell;
import io.topgun.crdt.Partitions;
import io.topgun.loadtests.Observation;
import io.topgun.loadtests.Peer;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Message;
import io.topgun.protocol.Position;
import io.topgun.protocol.Prefixes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** One connection of a watcher: where it stands in the log of each partition, repairs, and reads. */
final class Watch {
    private static final long SUB_ID = 0;
    private static final int DELTAS_PER_READ = 20;
    /** Tells a digest that was asked for from one that says that changes were let go. */
    private static final int ASKED_WIDTH = 7;

    private final Peer peer;
    private final Holdings holdings;
    private final Random random;
    private final Map<Integer, Message.Store> stores = new HashMap<>();
    private final Map<Integer, Progress> progress = new HashMap<>();
    private final Map<Observation.Slice, Repair> repairs = new HashMap<>();
    private int deltas;
    private Optional<Read> reading = Optional.empty();
    private Optional<Suspicion> suspicion = Optional.empty();

    /** Changes that came while the cells of a slice were asked for: those may lack them. */
    private record Repair(List<Entry> since) {}

    /** A read on its way, and the least that it must bring if it is answered from the same log. */
    private record Read(Observation.Slice slice, Map<String, Cell> least, int ref) {}

    /** A read that brought less; sound if it was another store's, of which the node has yet to tell. */
    private record Suspicion(Read read, List<String> faults) {}

    Watch(Peer peer, Holdings holdings, Random random) {
        this.peer = peer;
        this.holdings = holdings;
        this.random = random;
    }

    void begin() {
        peer.send(new Message.Subscribe(SUB_ID, Workload.MAPS, holdings.positions()));
    }

    private Progress of(int partition) {
        return progress.computeIfAbsent(partition, none -> new Progress());
    }

    void on(Message message) throws IOException {
        switch (message) {
            case Message.Store store -> stores.put(store.ref(), store);
            case Message.Snapshot chunk -> {
                holdings.merge(chunk.entries());
                note(chunk.entries());
                if (!chunk.more()) {
                    of(chunk.partition()).caughtUp(chunk.ref(), chunk.seq());
                    move(chunk.partition());
                }
            }
            case Message.Synced synced -> onSynced();
            case Message.Delta delta -> on(delta);
            case Message.Frontier frontier -> {
                of(frontier.partition()).changed(frontier.ref(), frontier.seq());
                move(frontier.partition());
            }
            case Message.Digest digest -> on(digest);
            case Message.Buckets buckets -> on(buckets);
            default -> {}
        }
    }

    /** In partitions of which nothing was sent, nothing changed behind the position. */
    private void onSynced() throws IOException {
        for (Map.Entry<Integer, Position> left :
                Map.copyOf(holdings.positions()).entrySet()) {
            for (Message.Store store : stores.values()) {
                if (store.storeId() == left.getValue().storeId()) {
                    of(left.getKey()).unchanged(store.ref(), left.getValue().seq());
                    move(left.getKey());
                }
            }
        }
    }

    private void on(Message.Delta delta) throws IOException {
        judge(delta.partition(), delta.ref());
        holdings.merge(delta.entries());
        note(delta.entries());
        of(delta.partition()).changed(delta.ref(), delta.seq());
        move(delta.partition());
        if (++deltas % DELTAS_PER_READ == 0 && reading.isEmpty()) {
            read(delta);
        }
    }

    private void note(List<Entry> entries) {
        for (Entry entry : entries) {
            Observation.Slice slice = new Observation.Slice(entry.map(), Partitions.of(entry.key()));
            Optional.ofNullable(repairs.get(slice))
                    .ifPresent(repair -> repair.since().add(entry));
        }
    }

    private void move(int partition) throws IOException {
        Progress now = of(partition);
        if (now.isCaughtUp()) {
            Message.Store store = stores.get(now.ref());
            if (store == null) {
                throw new IOException("A store that was not named: " + now.ref());
            }
            holdings.move(partition, new Position(store.storeId(), store.incarnation(), now.seq()));
        }
    }

    // --- repair ---

    private void on(Message.Digest digest) throws IOException {
        if (holdings.isOfOneStore()) {
            holdings.fault("position: not good, though nothing was pruned, in partition " + digest.partition());
        }
        Progress now = of(digest.partition());
        Observation.Slice slice = new Observation.Slice(digest.map(), digest.partition());
        if (digest.width() != ASKED_WIDTH) {
            letGo(slice, digest.ref(), now);
        }
        if (!now.isRepairing(digest.ref())) {
            return; // an answer of before
        }
        if (Prefixes.cut(holdings.digest(slice), digest.width())
                == digest.digests().get(0)) {
            now.equal(digest.map(), digest.seq());
            move(digest.partition());
        } else if (repairs.putIfAbsent(slice, new Repair(new ArrayList<>())) == null) {
            peer.send(new Message.Fetch(SUB_ID, slice.map(), slice.partition(), 0, List.of(0)));
        }
    }

    /** Nothing is known of what changed in a map, and mostly in the others of the partition. */
    private void letGo(Observation.Slice slice, int ref, Progress now) {
        suspicion = suspicion.filter(s -> s.read().slice().partition() != slice.partition());
        if (now.isRepairing(ref)) {
            now.unequal(slice.map());
            return;
        }
        now.beginRepair(ref, Workload.MAPS);
        for (String map : Workload.MAPS) {
            if (!map.equals(slice.map())) {
                askDigest(new Observation.Slice(map, slice.partition()));
            }
        }
    }

    private void askDigest(Observation.Slice slice) {
        peer.send(new Message.Fetch(SUB_ID, slice.map(), slice.partition(), 0, List.of(), OptionalInt.of(ASKED_WIDTH)));
    }

    private void on(Message.Buckets buckets) {
        Observation.Slice slice = new Observation.Slice(buckets.map(), buckets.partition());
        Repair repair = repairs.remove(slice);
        if (repair != null) {
            holdings.replace(slice, buckets.entries());
            holdings.merge(repair.since());
            askDigest(slice);
        }
        if (reading.isPresent() && reading.get().slice().equals(slice)) {
            check(reading.get(), buckets.entries());
            reading = Optional.empty();
        }
    }

    // --- reads ---

    private void read(Message.Delta delta) {
        Entry entry = delta.entries().get(random.nextInt(delta.entries().size()));
        Observation.Slice slice = new Observation.Slice(entry.map(), delta.partition());
        if (of(delta.partition()).isCaughtUpWith(delta.ref())) {
            reading = Optional.of(new Read(slice, holdings.cells(slice), delta.ref()));
            peer.send(new Message.Fetch(SUB_ID, slice.map(), slice.partition(), 0, List.of(0)));
        }
    }

    private void check(Read read, List<Entry> entries) {
        if (!of(read.slice().partition()).isCaughtUpWith(read.ref())) {
            return; // another log answers now
        }
        holdings.read();
        List<String> faults = wentBack(read.slice(), read.least(), entries);
        if (holdings.isOfOneStore()) {
            faults.forEach(holdings::fault);
        } else if (!faults.isEmpty()) {
            suspicion = Optional.of(new Suspicion(read, faults));
        }
    }

    /** What comes next in the partition tells whether a suspicion was right. */
    private void judge(int partition, int ref) {
        if (suspicion.isPresent() && suspicion.get().read().slice().partition() == partition) {
            if (suspicion.get().read().ref() == ref) {
                suspicion.get().faults().forEach(holdings::fault);
            }
            suspicion = Optional.empty();
        }
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
}
