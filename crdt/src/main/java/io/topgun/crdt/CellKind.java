package io.topgun.crdt;

/** Kind of a cell: how its states merge. The ids are part of the protocol; 5 and 6 are reserved. */
public enum CellKind {
    /** One last-writer-wins value. */
    VALUE(1),
    /** An object whose fields are last-writer-wins each. */
    FIELDS(2),
    /** Observed-remove set of values under one key. */
    OR(3),
    /** Sum of what many writers add and take. */
    COUNTER(4);

    private final int id;

    CellKind(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }
}
