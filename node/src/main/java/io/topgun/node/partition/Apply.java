package io.topgun.node.partition;

import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations of one frame for one partition.
 *
 * @param stampMsMax what is stamped later is from the future
 */
public record Apply(List<Op> ops, long stampMsMax, Submission submission) {
    /** Size of operations on the wire, about. */
    public static long bytes(List<Op> ops) {
        long bytes = 0;
        for (Op op : ops) {
            bytes += Bounds.approximateBytes(op.key(), op.delta());
        }
        return bytes;
    }

    /** Completes it with every operation refused for the same reason. */
    public void refuse(ErrorCode code, String text) {
        List<Rejection> all = new ArrayList<>(ops.size());
        for (Op op : ops) {
            all.add(new Rejection(op.id(), code, text));
        }
        submission.completed(all, Level.REPLICATED);
    }
}
