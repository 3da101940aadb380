package io.topgun.node.gateway;

import io.topgun.crdt.Partitions;
import io.topgun.node.partition.Apply;
import io.topgun.node.partition.Submission;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import io.topgun.protocol.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Frames of operations between their arrival and their acknowledgement. */
final class OpsInFlight {
    private final Grid grid;
    private final Consumer<Frame> whenDone;
    private int ops;
    private long bytes;

    /** A frame of operations, all that was refused of it, and the level that the rest has. */
    record Frame(List<Op> ops, List<Rejection> rejections, Level level) {}

    /**
     * Nothing in flight.
     *
     * @param whenDone called once per frame, from any thread
     */
    OpsInFlight(Grid grid, Consumer<Frame> whenDone) {
        this.grid = grid;
        this.whenDone = whenDone;
    }

    /** Size of the operations that are not answered yet, about. */
    long bytes() {
        return bytes;
    }

    /** Operations that are not answered yet. */
    int ops() {
        return ops;
    }

    /** Sends a frame's operations to their partitions, where what is new and stamped later than {@code stampMsMax} is refused. */
    void submit(Message.Ops frame, long stampMsMax) {
        List<Rejection> refused = new ArrayList<>(frame.rejections());
        // Before any stamp is judged: by a wrong clock good ones would be from the future.
        Optional<String> fault = grid.fault();
        fault.ifPresent(why -> refuseAll(frame.ops(), why, refused));
        ops += frame.ops().size();
        bytes += Apply.bytes(frame.ops());
        if (fault.isPresent() || frame.ops().isEmpty()) {
            whenDone.accept(new Frame(frame.ops(), refused, frame.level()));
            return;
        }
        Map<Integer, List<Op>> byPartition = byPartition(frame.ops());
        Submission submission = new Submission(byPartition.size(), frame.level(), done -> {
            refused.addAll(done.rejections());
            whenDone.accept(new Frame(frame.ops(), refused, done.level()));
        });
        byPartition.forEach((partition, some) -> grid.submit(partition, new Apply(some, stampMsMax, submission)));
    }

    private static void refuseAll(List<Op> ops, String why, List<Rejection> refused) {
        for (Op op : ops) {
            refused.add(new Rejection(op.id(), ErrorCode.NOT_PERSISTED, why));
        }
    }

    /** The acknowledgement of a frame that is done. */
    Message.Ack done(Frame frame, long serverMs) {
        ops -= frame.ops().size();
        bytes -= Apply.bytes(frame.ops());
        Set<Long> refused = new HashSet<>();
        for (Rejection rejection : frame.rejections()) {
            refused.add(rejection.opId());
        }
        return new Message.Ack(frame.level(), runs(frame.ops(), refused), frame.rejections(), serverMs);
    }

    private static List<Run> runs(List<Op> ops, Set<Long> refused) {
        long[] accepted = new long[ops.size()];
        int count = 0;
        for (Op op : ops) {
            if (!refused.contains(op.id())) {
                accepted[count++] = op.id();
            }
        }
        return Run.of(Arrays.copyOf(accepted, count));
    }

    /** Operations by partition, in the order they came. */
    private static Map<Integer, List<Op>> byPartition(List<Op> ops) {
        Map<Integer, List<Op>> grouped = new HashMap<>();
        for (Op op : ops) {
            grouped.computeIfAbsent(Partitions.of(op.key()), none -> new ArrayList<>())
                    .add(op);
        }
        return grouped;
    }
}
