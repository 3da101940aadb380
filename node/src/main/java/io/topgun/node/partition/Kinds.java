package io.topgun.node.partition;

import io.topgun.crdt.Cell;

/**
 * Which kind of cell stays where two replicas have made different ones under one key: the one with the lower id, so that all come to the
 * same. The kind before the state is a join-semilattice as the states of one kind are.
 */
public final class Kinds {
    private Kinds() {}

    /** Least upper bound of two states of whichever kinds; {@code state}, the same instance, if the other adds nothing. */
    public static Cell merge(Cell state, Cell other) {
        if (state.kind() == other.kind()) {
            return state.merge(other);
        }
        return state.kind().id() < other.kind().id() ? state : other;
    }
}
