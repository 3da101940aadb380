package io.topgun.node.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Check of a client's token against the configured ones. */
final class Tokens {
    private Tokens() {}

    /** Whether a token is one of the accepted; all are if none is configured. Takes the same time for every token of a length. */
    static boolean accept(List<String> accepted, Optional<String> token) {
        if (accepted.isEmpty()) {
            return true;
        }
        byte[] given = token.orElse("").getBytes(StandardCharsets.UTF_8);
        boolean found = false;
        for (String one : accepted) {
            found |= MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), given);
        }
        return found;
    }
}
