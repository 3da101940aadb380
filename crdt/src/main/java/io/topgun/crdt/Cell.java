package io.topgun.crdt;

/**
 * State of one entry: a state-based CRDT, immutable. A delta is a small state of the same kind.
 *
 * <p>Byte arrays inside are handed over, never copied, and nobody changes them afterwards.
 */
public sealed interface Cell permits ValueCell, FieldsCell, OrCell {

    CellKind kind();

    /**
     * Least upper bound of the two states; {@code this}, the same instance, if the other adds nothing.
     *
     * @throws IllegalArgumentException if the kinds differ
     */
    Cell merge(Cell other);

    /** Whether a reader sees an entry at this time. */
    boolean isVisible(long nowMs);

    /** Greatest time of any stamp or removal inside, in ms. */
    long newestMs();

    /** Whether nothing live is inside, so that the cell may go once the frontier has passed it. */
    boolean isTombstone();
}
