package io.topgun.node.partition;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The newest changes of a replica as they were made, for the siblings that keep up: each gets what clients wrote here, once. What came
 * from a sibling is not here, the others have it from that one.
 */
final class Tail {
    private final Deque<Written> written = new ArrayDeque<>();
    private final int bytesMax;
    private long bytes;
    private long fromSeq;
    private long toSeq;
    private long writtenSeq;

    /** A change that siblings have to get. */
    @SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
    private record Written(long seq, List<byte[]> blocks, int bytes) {}

    /** A run of changes, up to a number. */
    record Run(List<byte[]> blocks, long toSeq, boolean more) {}

    /**
     * The empty tail of a log.
     *
     * @param bytesMax beyond it the oldest are let go; the newest is always here
     */
    Tail(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Begins anew behind a number. */
    void restart(long seq) {
        written.clear();
        bytes = 0;
        fromSeq = seq;
        toSeq = seq;
        writtenSeq = seq;
    }

    /** A change that siblings have to get, with its cells, if it has any. */
    void written(long seq, List<byte[]> blocks) {
        int size = 0;
        for (byte[] block : blocks) {
            size += block.length;
        }
        written.add(new Written(seq, blocks, size));
        bytes += size;
        toSeq = seq;
        writtenSeq = seq;
        while (bytes > bytesMax && written.size() > 1) {
            removeFirst();
        }
    }

    /** A change that came from a sibling. */
    void passed(long seq) {
        toSeq = seq;
    }

    /** Every sibling that keeps up has the changes up to this number. */
    void trim(long upToSeq) {
        while (!written.isEmpty() && written.getFirst().seq() <= upToSeq) {
            removeFirst();
        }
        fromSeq = Math.max(fromSeq, Math.min(upToSeq, toSeq));
    }

    private void removeFirst() {
        Written first = written.removeFirst();
        bytes -= first.bytes();
        fromSeq = Math.max(fromSeq, first.seq());
    }

    /** Number of the last change that siblings have to get. */
    long writtenSeq() {
        return writtenSeq;
    }

    long bytes() {
        return bytes;
    }

    /** Whether all behind this number is here. */
    boolean covers(long seq) {
        return seq >= fromSeq && seq <= toSeq;
    }

    /** What is behind a number that is covered; cut at the first change that passes the size. */
    Run since(long seq, int runBytesMax) {
        List<byte[]> blocks = new ArrayList<>();
        long size = 0;
        long upTo = seq;
        for (Written one : written) {
            if (one.seq() > seq) {
                if (size > 0 && size + one.bytes() > runBytesMax) {
                    return new Run(blocks, upTo, true);
                }
                blocks.addAll(one.blocks());
                size += one.bytes();
                upTo = one.seq();
            }
        }
        return new Run(blocks, toSeq, false);
    }
}
