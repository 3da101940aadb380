package io.topgun.protocol;

import java.util.OptionalInt;

/** What can be wrong with an operation, a message or a connection; the names are those on the wire. */
public enum ErrorCode {
    INVALID_MAP_NAME,
    INVALID_KEY,
    INVALID_VALUE,
    INVALID_STAMP,
    VALUE_TOO_LARGE,
    TOO_MANY_FIELDS,
    UNKNOWN_KIND,
    KIND_MISMATCH,
    FUTURE_STAMP,
    STALE,
    NOT_PERSISTED,
    OVERLOADED,
    MALFORMED(4400),
    UNKNOWN_TYPE,
    TOO_MANY,
    UNAUTHENTICATED(4401),
    VERSION(4406),
    HELLO_TIMEOUT(4408),
    UNEXPECTED(4409),
    /** A code of a later version, which this one does not know; read, never sent. */
    REFUSED;

    private final int closeCode;

    ErrorCode() {
        this(0);
    }

    ErrorCode(int closeCode) {
        this.closeCode = closeCode;
    }

    /** WebSocket close code that follows the error, if the connection cannot go on. */
    public OptionalInt closeCode() {
        return closeCode == 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
    }
}
