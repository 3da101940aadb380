package io.topgun.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.protocol.Entry;
import io.topgun.protocol.Message;
import io.topgun.protocol.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A client of one map that repairs by whole partitions, as docs/PROTOCOL.md tells, section 4. A cell is its key. */
final class ProtocolClient {
    /** The keys that a store has up to a change. */
    interface Keys {
        Collection<String> of(int partition, int ref, long seq);
    }

    private final SessionPeer peer;
    private final String map;
    private final Keys keys;
    private final List<Part> parts = new ArrayList<>();
    private final Set<Integer> stores = new HashSet<>(Set.of(0));
    int synced;

    /** What the client has of a partition. */
    private static final class Part {
        private final Set<String> confirmed = new HashSet<>();
        /** What came live since a repair began. */
        private final Set<String> live = new HashSet<>();

        private int ref = -1;
        private long position = -1;
        /** The position that it came with, and how far live changes of that store went since. */
        private long left = -1;

        /** FETCHes that have no answer yet. */
        private int fetches;

        private boolean repairing;
        private boolean once;
    }

    ProtocolClient(SessionPeer peer, String map, int partitions, Keys keys) {
        this.peer = peer;
        this.map = map;
        this.keys = keys;
        for (int partition = 0; partition < partitions; partition++) {
            parts.add(new Part());
        }
    }

    static long digest(Collection<String> keys) {
        long digest = 0;
        for (String key : keys) {
            digest ^= key.hashCode() * 0x9e3779b97f4a7c15L;
        }
        return digest;
    }

    /** It was here before, and left with these keys of a partition, up to a change of the node's own store. */
    void left(int partition, Collection<String> some, long seq) {
        parts.get(partition).confirmed.addAll(some);
        parts.get(partition).left = seq;
    }

    void subscribe() {
        Map<Integer, Position> positions = new HashMap<>();
        for (int partition = 0; partition < parts.size(); partition++) {
            long seq = parts.get(partition).left;
            if (seq >= 0) {
                positions.put(partition, new Position(SessionPeer.STORE, SessionPeer.INCARNATION, seq));
            }
        }
        peer.subscribe(1, List.of(map), positions);
    }

    List<String> keys(int partition) {
        return List.copyOf(new TreeSet<>(parts.get(partition).confirmed));
    }

    long position(int partition) {
        return parts.get(partition).position;
    }

    /** Reads a frame; returns whether there was one. */
    boolean poll() {
        List<Message> messages = peer.poll();
        messages.forEach(this::onMessage);
        return !messages.isEmpty();
    }

    private void onMessage(Message message) {
        switch (message) {
            case Message.Store store -> stores.add(store.ref());
            case Message.Snapshot chunk -> {
                if (chunk.partition() < parts.size()) {
                    onChunk(chunk, parts.get(chunk.partition()));
                }
            }
            case Message.Delta delta -> onDelta(delta, parts.get(delta.partition()));
            case Message.Digest digest -> onDigest(digest, parts.get(digest.partition()));
            case Message.Buckets fetched -> onFetched(fetched, parts.get(fetched.partition()));
            case Message.Synced done -> onSynced();
            default -> throw new AssertionError("not part of this: " + message);
        }
    }

    /** What nothing was sent of is as it was left. */
    private void onSynced() {
        synced++;
        for (int partition = 0; partition < parts.size(); partition++) {
            Part part = parts.get(partition);
            if (part.ref < 0) {
                assertTrue(part.left >= 0, "nothing was sent to who came with nothing");
                take(partition, part, SessionPeer.OWN.ref(), part.left);
            }
        }
    }

    private static List<String> keys(List<Entry> entries) {
        return entries.stream().map(Entry::key).toList();
    }

    private void onChunk(Message.Snapshot chunk, Part part) {
        known(chunk.ref());
        part.confirmed.addAll(keys(chunk.entries()));
        if (!chunk.more() && !part.repairing && (part.ref == chunk.ref() || part.ref < 0)) {
            take(chunk.partition(), part, chunk.ref(), chunk.seq());
        }
    }

    private void onDelta(Message.Delta delta, Part part) {
        known(delta.ref());
        if (part.ref >= 0) {
            assertEquals(part.ref, delta.ref(), "a change of another store in front of its digest");
        }
        part.confirmed.addAll(keys(delta.entries()));
        part.live.addAll(keys(delta.entries()));
        if (part.ref < 0 && delta.ref() == SessionPeer.OWN.ref()) {
            part.left = Math.max(part.left, part.left < 0 ? -1 : delta.seq());
        }
        if (part.position >= 0 && !part.repairing) {
            take(delta.partition(), part, delta.ref(), Math.max(part.position, delta.seq()));
        }
    }

    private void onDigest(Message.Digest digest, Part part) {
        known(digest.ref());
        if (part.ref != digest.ref()) {
            part.ref = digest.ref();
            part.live.clear();
            part.position = -1;
        }
        boolean asked = part.fetches > 0 && part.once;
        if (digest(part.confirmed) == digest.digests().getFirst()) {
            part.fetches -= asked ? 1 : 0;
            part.once = false;
            if (part.fetches == 0) {
                part.repairing = false;
                take(digest.partition(), part, digest.ref(), Math.max(digest.seq(), part.position));
            }
            return;
        }
        part.fetches -= asked ? 1 : 0;
        part.once = false;
        if (!part.repairing) {
            part.live.clear();
        }
        part.repairing = true;
        fetch(digest.partition(), part, List.of(0));
    }

    private void fetch(int partition, Part part, List<Integer> buckets) {
        part.fetches++;
        part.once |= buckets.isEmpty();
        peer.receive(new Message.Fetch(1, map, partition, 0, buckets));
    }

    private void onFetched(Message.Buckets fetched, Part part) {
        part.fetches--;
        part.confirmed.clear();
        part.confirmed.addAll(keys(fetched.entries()));
        part.confirmed.addAll(part.live);
        if (part.fetches == 0) {
            fetch(fetched.partition(), part, List.of()); // compares at the end
        }
    }

    private void known(int ref) {
        assertTrue(stores.contains(ref), "ref " + ref + " without its STORE");
    }

    /** Nothing behind a position may be missing. */
    private void take(int partition, Part part, int ref, long seq) {
        part.ref = ref;
        part.position = seq;
        Set<String> missing = new HashSet<>(keys.of(partition, ref, seq));
        missing.removeAll(part.confirmed);
        assertEquals(Set.of(), missing, "position " + seq + " of store " + ref + " without these");
    }
}
