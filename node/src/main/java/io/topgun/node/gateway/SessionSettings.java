package io.topgun.node.gateway;

import io.topgun.protocol.Limits;
import java.time.Duration;
import java.util.List;

/**
 * Settings of every session.
 *
 * @param limits the protocol's limits, told to clients
 * @param tokens accepted tokens; empty: none is asked for
 * @param frameBytes size at which an outgoing frame is closed
 * @param chunkBytes size at which a snapshot chunk is cut
 * @param outboxBytesMax waiting live changes of one session at most
 * @param inflightOpsMax operations of one session that are not yet acknowledged at most; past it the socket is not read
 * @param readsMax questions of one session to replicas at a time
 * @param helloTimeout how long a new connection may be silent
 * @param idleTimeout how long a greeted one may
 */
public record SessionSettings(
        Limits limits,
        List<String> tokens,
        int frameBytes,
        int chunkBytes,
        int outboxBytesMax,
        int inflightOpsMax,
        int readsMax,
        Duration helloTimeout,
        Duration idleTimeout) {
    public SessionSettings {
        tokens = List.copyOf(tokens);
        int least = Math.min(Math.min(frameBytes, chunkBytes), Math.min(outboxBytesMax, inflightOpsMax));
        if (Math.min(least, readsMax) < 1 || !helloTimeout.isPositive() || !idleTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "topgun.session: sizes and counts are 1 or more, timeouts longer than nothing");
        }
    }
}
