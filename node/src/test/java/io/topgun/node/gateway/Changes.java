package io.topgun.node.gateway;

import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.node.hub.SharedDelta;
import io.topgun.node.hub.SharedFrame;
import io.topgun.node.hub.Source;
import io.topgun.node.partition.Change;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Changes as the hub hands them on, and frames as a client reads them. */
final class Changes {
    private Changes() {}

    static Entry entry(String map, String key, long ms) {
        return new Entry(map, key, ValueCell.set(Stamp.of(ms, 0, "w"), new byte[] {1}, Life.FOREVER));
    }

    static SharedDelta change(int partition, long seq, Entry... entries) {
        return change(SessionPeer.OWN, partition, seq, entries);
    }

    static SharedDelta change(Source source, int partition, long seq, Entry... entries) {
        CborWriter block = new CborWriter();
        BlockCodec.write(block, List.of(entries));
        return SharedDelta.of(
                new Change.Merged(
                        partition,
                        seq,
                        List.of(entries).stream().map(Entry::map).collect(Collectors.toSet()),
                        List.of(entries),
                        block.toByteArray()),
                source);
    }

    static SharedFrame frame(SharedDelta... deltas) {
        return SharedFrame.of(List.of(deltas));
    }

    static SharedDelta pruned(int partition, long seq, long frontierMs) {
        return SharedDelta.of(new Change.Pruned(partition, seq, frontierMs), SessionPeer.OWN);
    }

    static List<Message> messages(Optional<byte[]> frame) {
        return frame.map(bytes -> MessageCodec.decode(bytes, Limits.defaults())).orElse(List.of());
    }
}
