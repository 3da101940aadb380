package io.topgun.node.hub;

import io.topgun.node.partition.Change;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;

/** A change of a source together with its message, DELTA or FRONTIER, encoded once for all who get it whole. */
@SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
public record SharedDelta(Change change, Source source, byte[] message) {
    /** The change with its message. */
    public static SharedDelta of(Change change, Source source) {
        return new SharedDelta(
                change,
                source,
                switch (change) {
                    case Change.Merged merged ->
                        MessageCodec.delta(merged.partition(), source.ref(), merged.seq(), merged.block());
                    case Change.Pruned pruned ->
                        MessageCodec.encode(new Message.Frontier(
                                pruned.partition(), source.ref(), pruned.seq(), pruned.frontierMs()));
                });
    }
}
