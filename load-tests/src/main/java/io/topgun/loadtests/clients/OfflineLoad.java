package io.topgun.loadtests.clients;

/** Which half of the way of a write without a connection counts. */
enum OfflineLoad {
    STORED,
    DELIVERED;

    static final int WRITES = 10_000;

    /** Its figures in what the script prints. */
    String field() {
        return this == STORED ? "stored" : "delivered";
    }

    @Override
    public String toString() {
        return WRITES + " " + field();
    }
}
