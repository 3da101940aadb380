package io.topgun.node.partition;

import java.util.concurrent.atomic.LongAdder;

/** What the replicas of a node have told and been told by others, in numbers that only grow but for the lag. */
public final class ReplicationMetrics {
    private final LongAdder shippedBytes = new LongAdder();
    private final LongAdder comparisons = new LongAdder();
    private final LongAdder repairedCells = new LongAdder();
    private final LongAdder staleCells = new LongAdder();
    private final LongAdder kindClashes = new LongAdder();
    private final LongAdder replicated = new LongAdder();
    private final LongAdder notReplicated = new LongAdder();
    private final LongAdder lag = new LongAdder();

    void shipped(long bytes) {
        shippedBytes.add(bytes);
    }

    void compared() {
        comparisons.increment();
    }

    void repaired(long cells) {
        repairedCells.add(cells);
    }

    void arrived(Admission.Arrival arrival) {
        staleCells.add(arrival.stale());
        kindClashes.add(arrival.clashes());
    }

    void waited(boolean isReplicated) {
        (isReplicated ? replicated : notReplicated).increment();
    }

    void lags(long more) {
        lag.add(more);
    }

    /** Changes of all replicas here that no sibling of theirs has yet. */
    public long lag() {
        return lag.sum();
    }

    /** Bytes of cells that came out of siblings' logs. */
    public long shippedBytes() {
        return shippedBytes.sum();
    }

    /** How often digests were compared with a sibling. */
    public long comparisons() {
        return comparisons.sum();
    }

    /** Cells that such a comparison brought. */
    public long repairedCells() {
        return repairedCells.sum();
    }

    /** Cells of siblings that were refused as older than the frontier. */
    public long staleCells() {
        return staleCells.sum();
    }

    /** Cells of siblings that were of another kind than the entry here. */
    public long kindClashes() {
        return kindClashes.sum();
    }

    /** Frames of operations that waited for another replica and were told it has them. */
    public long replicated() {
        return replicated.sum();
    }

    /** Frames of operations that waited for another replica in vain. */
    public long notReplicated() {
        return notReplicated.sum();
    }
}
