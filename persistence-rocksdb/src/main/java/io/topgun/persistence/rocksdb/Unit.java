package io.topgun.persistence.rocksdb;

/** The value of a {@code Future<Void>}, which Pekko's plugin API asks for. */
final class Unit {
    private Unit() {}

    @SuppressWarnings("NullAway") // Void has no other value.
    static Void unit() {
        return null;
    }
}
