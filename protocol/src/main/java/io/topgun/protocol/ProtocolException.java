package io.topgun.protocol;

import java.io.Serial;

/** Bytes or JSON from outside that break the protocol. Without a stack: peers can cause many. */
public final class ProtocolException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    public ProtocolException(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    static ProtocolException malformed(String message) {
        return new ProtocolException(ErrorCode.MALFORMED, message);
    }

    public ErrorCode code() {
        return code;
    }
}
