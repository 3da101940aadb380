package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import io.topgun.protocol.MessageCodec;

/** A change together with its DELTA message, encoded once for all who get it whole. */
@SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
public record SharedDelta(Change change, byte[] message) {
    static SharedDelta of(Change change) {
        return new SharedDelta(change, MessageCodec.delta(change.partition(), 0, change.seq(), change.block()));
    }
}
