package io.topgun.node.hub;

import io.topgun.crdt.Partitions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The source of each partition on this node at one time, the same for all its sessions. */
public final class SourceTable {
    /** Of a node that knows of no replica yet. */
    public static final SourceTable NONE =
            new SourceTable(Collections.nCopies(Partitions.COUNT, Optional.<Source>empty()));

    private final List<Optional<Source>> byPartition;
    private final int readable;

    private SourceTable(List<Optional<Source>> byPartition) {
        this.byPartition = byPartition;
        this.readable = (int) byPartition.stream().filter(Optional::isPresent).count();
    }

    /** From where a partition is read, if there is a replica that can be read. */
    public Optional<Source> of(int partition) {
        return byPartition.get(partition);
    }

    /** Whether every partition can be read. */
    public boolean isWhole() {
        return readable == Partitions.COUNT;
    }

    /** How many partitions can be read. */
    int readable() {
        return readable;
    }

    /** The partitions that have another source there, or a source only on one side. */
    public BitSet differing(SourceTable that) {
        BitSet differing = new BitSet(Partitions.COUNT);
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            if (!isSame(of(partition), that.of(partition))) {
                differing.set(partition);
            }
        }
        return differing;
    }

    private static boolean isSame(Optional<Source> a, Optional<Source> b) {
        return a.isPresent() ? b.isPresent() && a.get().is(b.get()) : b.isEmpty();
    }

    /** The same with other sources for some partitions. */
    public SourceTable with(Map<Integer, Optional<Source>> changed) {
        List<Optional<Source>> all = new ArrayList<>(byPartition);
        changed.forEach(all::set);
        return new SourceTable(all);
    }
}
