package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;

/** A change together with its message, DELTA or FRONTIER, encoded once for all who get it whole. */
@SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
public record SharedDelta(Change change, byte[] message) {
    /** The change with its message. */
    public static SharedDelta of(Change change) {
        return new SharedDelta(
                change,
                switch (change) {
                    case Change.Merged merged ->
                        MessageCodec.delta(merged.partition(), 0, merged.seq(), merged.block());
                    case Change.Pruned pruned ->
                        MessageCodec.encode(
                                new Message.Frontier(pruned.partition(), 0, pruned.seq(), pruned.frontierMs()));
                });
    }
}
