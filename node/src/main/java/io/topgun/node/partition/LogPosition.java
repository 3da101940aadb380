package io.topgun.node.partition;

/**
 * Where in a store's log of a partition a sibling is.
 *
 * @param storeId of the store whose log it is; 0 for who has nothing of any
 * @param incarnation of that store when the position was taken
 * @param isComplete whether the sibling has all of the log up to here; in the midst of a first reading it has only what did not change
 *     again behind it
 */
public record LogPosition(long storeId, long incarnation, Cursor cursor, boolean isComplete) {
    /** Of who has nothing. */
    public static final LogPosition START = new LogPosition(0, 0, Cursor.START, false);

    long seq() {
        return cursor.seq();
    }
}
