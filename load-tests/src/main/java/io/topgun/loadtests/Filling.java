package io.topgun.loadtests;

import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Run;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** Writes a known number of operations to a node, many to a frame, some frames on their way. */
public final class Filling {
    private static final int OPS_PER_FRAME = 1_000;
    private static final int ON_THEIR_WAY_MAX = 16 * OPS_PER_FRAME;

    private final Peer peer;
    private final Level level;
    private long acknowledged;

    private Filling(Peer peer, Level level) {
        this.peer = peer;
        this.level = level;
    }

    /** Writes operations 0 to {@code count}; returns once all of them have reached the level. */
    public static void write(URI sync, String writer, Level level, long count, LongFunction<Op> ops)
            throws IOException, InterruptedException {
        try (Peer peer = new Peer(sync, writer)) {
            new Filling(peer, level).write(count, ops);
        }
    }

    private void write(long count, LongFunction<Op> ops) throws IOException, InterruptedException {
        for (long first = 0; first < count; first += OPS_PER_FRAME) {
            List<Op> frame = new ArrayList<>(OPS_PER_FRAME);
            for (long id = first; id < Math.min(count, first + OPS_PER_FRAME); id++) {
                frame.add(ops.apply(id));
            }
            peer.send(new Message.Ops(level, frame, List.of()));
            awaitAll(first + frame.size() - ON_THEIR_WAY_MAX);
        }
        awaitAll(count);
    }

    private void awaitAll(long count) throws IOException, InterruptedException {
        while (acknowledged < count) {
            if (peer.receive() instanceof Message.Ack ack) {
                if (!ack.rejections().isEmpty() || ack.level().compareTo(level) < 0) {
                    throw new IOException("Not all " + level + ": " + ack.level() + " " + ack.rejections());
                }
                for (Run run : ack.runs()) {
                    acknowledged += run.count();
                }
            }
        }
    }
}
