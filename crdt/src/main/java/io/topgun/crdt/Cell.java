package io.topgun.crdt;

import java.util.Optional;

/**
 * State of one entry: a state-based CRDT, immutable. A delta is a small state of the same kind.
 *
 * <p>Byte arrays inside are handed over, never copied, and nobody changes them afterwards.
 */
public sealed interface Cell permits ValueCell, FieldsCell, OrCell, CounterCell {

    CellKind kind();

    /**
     * Least upper bound of the two states; {@code this}, the same instance, if the other adds nothing.
     *
     * @throws IllegalArgumentException if the kinds differ
     */
    Cell merge(Cell other);

    /** Whether a reader sees an entry at this time. */
    boolean isVisible(long nowMs);

    /** Greatest time of any stamp, removal or touch inside, in ms. */
    long newestMs();

    /**
     * What the frontier leaves of this state: this same instance if nothing goes, empty if nothing is left. It holds for a replica that
     * has all writes up to the frontier.
     */
    Optional<Cell> pruned(long frontierMs);
}
