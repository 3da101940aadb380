package io.topgun.node.partition;

import io.topgun.protocol.Entry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A change that is synced in a replica's journal, on its way to the subscribers. */
public sealed interface Change {
    int partition();

    /** The change's number. */
    long seq();

    /** Cells were merged; the block has the same cells and is shared by all who get it. */
    @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
    record Merged(int partition, long seq, Set<String> maps, List<Entry> entries, byte[] block) implements Change {}

    /** The partition, with all its maps, was pruned at the frontier. */
    record Pruned(int partition, long seq, long frontierMs) implements Change {}

    /** What an event of a partition, its change number {@code seq}, tells the subscribers. */
    static Change of(int partition, long seq, Event event) {
        return switch (event) {
            case Event.Merged merged -> of(partition, seq, merged.entries(), merged.block());
            case Event.Shipped shipped -> of(partition, seq, shipped.entries(), shipped.block());
            case Event.Repaired repaired -> of(partition, seq, repaired.entries(), repaired.block());
            case Event.FrontierAdvanced advanced -> new Pruned(partition, seq, advanced.frontierMs());
        };
    }

    private static Change of(int partition, long seq, List<Entry> entries, byte[] block) {
        Set<String> maps = new HashSet<>();
        for (Entry entry : entries) {
            maps.add(entry.map());
        }
        return new Merged(partition, seq, maps, entries, block);
    }
}
