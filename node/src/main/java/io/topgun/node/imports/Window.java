package io.topgun.node.imports;

import io.topgun.protocol.Op;
import io.topgun.protocol.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The operations between the file and their acknowledgement, by row; an operation's id is its row's
 * number. What is in it is held in memory, so it bounds the import.
 */
final class Window {
    private final int opsMax;
    private final long bytesMax;
    private final TreeMap<Long, Held> held = new TreeMap<>();
    private final TreeMap<Long, Op> unsent = new TreeMap<>();
    private long bytes;

    private record Held(Op op, int bytes) {}

    Window(int opsMax, long bytesMax) {
        this.opsMax = opsMax;
        this.bytesMax = bytesMax;
    }

    boolean hasRoom() {
        return held.size() < opsMax && bytes < bytesMax;
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    boolean hasUnsent() {
        return !unsent.isEmpty();
    }

    int size() {
        return held.size();
    }

    void add(Op op, int opBytes) {
        held.put(op.id(), new Held(op, opBytes));
        unsent.put(op.id(), op);
        bytes += opBytes;
    }

    /** The next operations to send, in the order of their rows; they count as in flight from now on. */
    List<Op> take(int countMax, int frameBytes) {
        List<Op> taken = new ArrayList<>();
        long takenBytes = 0;
        while (!unsent.isEmpty() && taken.size() < countMax) {
            Op op = unsent.firstEntry().getValue();
            takenBytes += held(op.id()).bytes();
            if (takenBytes > frameBytes && !taken.isEmpty()) {
                break;
            }
            unsent.pollFirstEntry();
            taken.add(op);
        }
        return taken;
    }

    private Held held(long row) {
        Held found = held.get(row);
        if (found == null) {
            throw new IllegalStateException("Row " + row + " is not in the window");
        }
        return found;
    }

    /** Drops what is done with; returns how many of the rows were still in the window. */
    int settle(Run run) {
        int before = held.size();
        var rows = held.subMap(run.first(), run.first() + run.count());
        for (Held done : rows.values()) {
            bytes -= done.bytes();
        }
        rows.clear();
        unsent.subMap(run.first(), run.first() + run.count()).clear();
        return before - held.size();
    }

    /** To be sent again. */
    void unsend(Run run) {
        held.subMap(run.first(), run.first() + run.count()).forEach((row, one) -> unsent.put(row, one.op()));
    }

    /** To be sent again, all of it: the connection is gone. */
    void unsendAll() {
        held.forEach((row, one) -> unsent.put(row, one.op()));
    }

    /** The first row that is not settled; {@code next} if all before it are. */
    long firstOpen(long next) {
        return held.isEmpty() ? next : held.firstKey();
    }
}
