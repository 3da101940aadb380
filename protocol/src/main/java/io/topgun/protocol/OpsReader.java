package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads OPS: a block whose cells get their ids from runs. */
final class OpsReader implements BlockReader.Sink {
    private final List<Op> ops = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private final List<Run> runs;
    private int run;
    private long used;

    private OpsReader(List<Run> runs) {
        this.runs = runs;
    }

    static Message read(CborReader in, Limits limits, Level level, List<Run> runs) {
        long count = 0;
        for (Run run : runs) {
            count = Math.min(count + run.count(), CborReader.NATURAL_MAX);
        }
        if (count > limits.opsPerFrameMax()) {
            return new Message.Refused(ErrorCode.TOO_MANY, count + " operations", OptionalLong.empty());
        }
        OpsReader sink = new OpsReader(runs);
        BlockReader.read(in, limits, sink);
        if (sink.hasMore()) {
            throw ProtocolException.malformed("Fewer operations than ids");
        }
        return new Message.Ops(level, sink.ops, sink.rejections);
    }

    @Override
    public void cell(String map, String key, Cell cell) {
        if (cell instanceof CounterCell counter && counter.folded().isPresent()) {
            // Only the frontier folds: one made up by a client would drop the shares of everyone.
            rejected(ErrorCode.INVALID_VALUE, "An operation with a folded part");
        } else {
            ops.add(new Op(nextId(), map, key, cell));
        }
    }

    @Override
    public void rejected(ErrorCode code, String text) {
        rejections.add(new Rejection(nextId(), code, text));
    }

    private boolean hasMore() {
        return run < runs.size();
    }

    private long nextId() {
        if (!hasMore()) {
            throw ProtocolException.malformed("More operations than ids");
        }
        long id = runs.get(run).first() + used++;
        if (used == runs.get(run).count()) {
            run++;
            used = 0;
        }
        return id;
    }
}
