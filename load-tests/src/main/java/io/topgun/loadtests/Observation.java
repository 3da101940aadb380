package io.topgun.loadtests;

import io.topgun.crdt.Partitions;
import io.topgun.protocol.CellCodec;
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
import java.util.Set;

/**
 * What a node at rest tells a new subscriber.
 *
 * @param entries cells in the order they came, twice if they came twice
 * @param positions position of each partition
 * @param digests digests as the node states them
 */
public record Observation(List<Entry> entries, Map<Integer, Position> positions, Map<Slice, Long> digests) {

    /** What a map has in a partition. */
    public record Slice(String map, int partition) {}

    public Observation {
        entries = List.copyOf(entries);
        positions = Map.copyOf(positions);
        digests = Map.copyOf(digests);
    }

    /** Subscribes to the maps, reads all of them, then asks for every digest. */
    public static Observation of(URI sync, List<String> maps) throws IOException, InterruptedException {
        try (Peer peer = new Peer(sync, "observer")) {
            Map<Integer, Message.Store> stores = new HashMap<>();
            List<Entry> entries = new ArrayList<>();
            Map<Integer, Position> positions = new HashMap<>();
            peer.send(new Message.Subscribe(0, maps, Map.of()));
            for (Message message = peer.receive(); !(message instanceof Message.Synced); message = peer.receive()) {
                if (message instanceof Message.Store store) {
                    stores.put(store.ref(), store);
                } else if (message instanceof Message.Snapshot chunk) {
                    entries.addAll(chunk.entries());
                    Message.Store store = stores.get(chunk.ref());
                    if (store == null) {
                        throw new IOException("SNAPSHOT of a store that was not named: " + chunk.ref());
                    }
                    if (!chunk.more()) {
                        positions.put(
                                chunk.partition(), new Position(store.storeId(), store.incarnation(), chunk.seq()));
                    }
                }
            }
            return new Observation(entries, positions, digests(peer, maps));
        }
    }

    /** Digests of some maps as a node states them to one whose positions are good nowhere. */
    public static Map<Slice, Long> digests(URI sync, List<String> maps) throws IOException, InterruptedException {
        Map<Integer, Position> nowhere = new HashMap<>();
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            nowhere.put(partition, new Position(0, 0, 0));
        }
        Map<Slice, Long> digests = new HashMap<>();
        try (Peer peer = new Peer(sync, "observer")) {
            peer.send(new Message.Subscribe(0, maps, nowhere));
            while (digests.size() < maps.size() * Partitions.COUNT) {
                if (peer.receive() instanceof Message.Digest digest) {
                    digests.put(
                            new Slice(digest.map(), digest.partition()),
                            digest.digests().get(0));
                }
            }
        }
        return digests;
    }

    private static Map<Slice, Long> digests(Peer peer, List<String> maps) throws IOException, InterruptedException {
        Map<Slice, Long> digests = new HashMap<>();
        for (String map : maps) {
            for (int partition = 0; partition < Partitions.COUNT; partition++) {
                peer.send(new Message.Fetch(0, map, partition, 0, List.of()));
            }
            Set<Integer> answered = new HashSet<>();
            while (answered.size() < Partitions.COUNT) {
                if (peer.receive() instanceof Message.Digest digest
                        && digest.map().equals(map)) {
                    digests.put(
                            new Slice(map, digest.partition()), digest.digests().get(0));
                    answered.add(digest.partition());
                }
            }
        }
        return digests;
    }

    /** Digests of the cells that came; none for an empty slice. */
    public Map<Slice, Long> computedDigests() {
        CellCodec codec = new CellCodec();
        Map<Slice, Long> computed = new HashMap<>();
        for (Entry entry : entries) {
            Slice slice = new Slice(entry.map(), Partitions.of(entry.key()));
            computed.merge(slice, codec.hash(entry.key(), entry.cell()), (a, b) -> a ^ b);
        }
        return computed;
    }

    /** Slices whose stated digest is not that of the cells that came. */
    public List<Slice> slicesThatDiffer() {
        Map<Slice, Long> computed = computedDigests();
        List<Slice> differing = new ArrayList<>();
        digests.forEach((slice, stated) -> {
            if (!stated.equals(computed.getOrDefault(slice, 0L))) {
                differing.add(slice);
            }
        });
        for (Slice slice : computed.keySet()) {
            if (!digests.containsKey(slice)) {
                differing.add(slice);
            }
        }
        return differing;
    }
}
