package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborReader;
import java.util.Set;

/**
 * A change on its way to another node.
 *
 * @param block the cells, as in the journal and on every socket; empty if the partition was pruned
 * @param frontierMs at which it was pruned, else 0
 */
@SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
public record Forward(int partition, long seq, Set<String> maps, byte[] block, long frontierMs) {
    private static final byte[] NOTHING = {};

    static Forward of(Change change) {
        return switch (change) {
            case Change.Merged merged ->
                new Forward(merged.partition(), merged.seq(), merged.maps(), merged.block(), 0);
            case Change.Pruned pruned ->
                new Forward(pruned.partition(), pruned.seq(), Set.of(), NOTHING, pruned.frontierMs());
        };
    }

    /** The change as it was. */
    Change change() {
        return block.length == 0
                ? new Change.Pruned(partition, seq, frontierMs)
                : new Change.Merged(partition, seq, maps, BlockCodec.read(new CborReader(block)), block);
    }
}
