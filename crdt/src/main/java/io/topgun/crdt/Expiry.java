package io.topgun.crdt;

/** Rules of an entry's absolute expiry in ms, where 0 means never. */
final class Expiry {
    private Expiry() {}

    static long checked(long expiresMs) {
        if ((expiresMs & ~Stamp.MS_MAX) != 0) {
            throw new IllegalArgumentException("Expiry out of range: " + expiresMs);
        }
        return expiresMs;
    }

    static boolean isOver(long expiresMs, long nowMs) {
        return expiresMs != 0 && nowMs > expiresMs;
    }
}
