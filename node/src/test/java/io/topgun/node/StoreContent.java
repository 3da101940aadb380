package io.topgun.node;

import io.topgun.crdt.Partitions;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Message;
import io.topgun.protocol.Position;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node shows of its store to a client.
 *
 * @param positions by partition, of those that have changed
 * @param cells by map and key, in their canonical form as hex
 * @param digests by map and partition, as hex
 */
record StoreContent(
        SortedMap<Integer, Position> positions,
        SortedMap<String, SortedMap<String, String>> cells,
        SortedMap<String, SortedMap<Integer, String>> digests) {
    private static final HexFormat HEX = HexFormat.of();
    private static final CellCodec CELLS = new CellCodec();

    /** Asks a node for everything in these maps. */
    static StoreContent of(int port, List<String> maps) throws IOException {
        StoreContent content = new StoreContent(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        try (RawPeer peer = new RawPeer(port)) {
            peer.send(RawPeer.hello("reader"));
            peer.expect(Message.Welcome.class);
            Message.Store store = peer.expect(Message.Store.class);
            peer.send(new Message.Subscribe(1, maps, Map.of()));
            for (Message message = peer.next().orElseThrow();
                    !(message instanceof Message.Synced);
                    message = peer.next().orElseThrow()) {
                content.add((Message.Snapshot) message, store);
            }
            for (String map : content.cells.keySet()) {
                content.digests.put(map, digests(peer, map, content.cells.get(map)));
            }
        }
        return content;
    }

    private void add(Message.Snapshot chunk, Message.Store store) {
        if (chunk.seq() > 0) {
            positions.put(chunk.partition(), new Position(store.storeId(), store.incarnation(), chunk.seq()));
        }
        for (Entry entry : chunk.entries()) {
            cells.computeIfAbsent(entry.map(), map -> new TreeMap<>())
                    .put(entry.key(), HEX.formatHex(CELLS.canonical(entry.key(), entry.cell())));
        }
    }

    private static SortedMap<Integer, String> digests(RawPeer peer, String map, SortedMap<String, String> cells)
            throws IOException {
        SortedMap<Integer, String> digests = new TreeMap<>();
        for (String key : cells.keySet()) {
            int partition = Partitions.of(key);
            if (!digests.containsKey(partition)) {
                peer.send(new Message.Fetch(1, map, partition, 0, List.of()));
                digests.put(
                        partition,
                        HEX.toHexDigits(
                                peer.expect(Message.Digest.class).digests().get(0)));
            }
        }
        return digests;
    }
}
