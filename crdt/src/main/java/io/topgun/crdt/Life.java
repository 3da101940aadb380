package io.topgun.crdt;

/**
 * How long an entry lives: until an absolute time (TTL), until it has not been touched for so long (max-idle), or both; ms, 0 where
 * there is no such bound. The order decides between two lives of one stamp: the later wins.
 */
public record Life(long expiresMs, long idleMs, long touchedMs) implements Comparable<Life> {
    /** No bound at all; what is removed has it too. Lives are compared, but nearly all are this instance. */
    public static final Life FOREVER = new Life(0, 0, 0);

    public Life {
        if (((expiresMs | idleMs | touchedMs) & ~Stamp.MS_MAX) != 0 || (idleMs == 0 && touchedMs != 0)) {
            throw new IllegalArgumentException(
                    "Not a life: expires " + expiresMs + ", idle " + idleMs + ", touched " + touchedMs);
        }
    }

    /** A life, the shared instance if it has no bound. */
    public static Life of(long expiresMs, long idleMs, long touchedMs) {
        return (expiresMs | idleMs | touchedMs) == 0 ? FOREVER : new Life(expiresMs, idleMs, touchedMs);
    }

    public static Life until(long expiresMs) {
        return of(expiresMs, 0, 0);
    }

    /** The same bounds, touched later. */
    public Life touched(long ms) {
        return idleMs == 0 || ms <= touchedMs ? this : new Life(expiresMs, idleMs, ms);
    }

    /** Time from which on the entry reads as absent; {@link Long#MAX_VALUE} if there is none. */
    public long endMs() {
        long expiry = expiresMs == 0 ? Long.MAX_VALUE : expiresMs;
        return idleMs == 0 ? expiry : Math.min(expiry, touchedMs + idleMs);
    }

    @Override
    public int compareTo(Life that) {
        int order = Long.compare(expiresMs, that.expiresMs);
        if (order == 0) {
            order = Long.compare(idleMs, that.idleMs);
        }
        return order != 0 ? order : Long.compare(touchedMs, that.touchedMs);
    }
}
