package io.topgun.protocol;

/** How safe an acknowledged operation is. */
public enum Level {
    /** In one replica's memory. */
    APPLIED(1),
    /** Synced in one journal. */
    PERSISTED(2),
    /** Synced on two nodes. */
    REPLICATED(3);

    private final int id;

    Level(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    static Level of(long id) {
        return switch ((int) Math.min(id, 4)) {
            case 1 -> APPLIED;
            case 2 -> PERSISTED;
            case 3 -> REPLICATED;
            default -> throw ProtocolException.malformed("No such level: " + id);
        };
    }
}
