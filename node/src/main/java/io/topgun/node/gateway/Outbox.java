package io.topgun.node.gateway;

import io.topgun.crdt.Cell;
import io.topgun.node.hub.SharedDelta;
import io.topgun.node.hub.SharedFrame;
import io.topgun.node.partition.Change;
import io.topgun.node.partition.Cursor;
import io.topgun.node.partition.Kinds;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a connection still has to be sent; drained only when its socket asks.
 *
 * <p>Messages keep their order. Live changes wait by partition, and those of one partition that meet here become one message. Past
 * {@code deltaBytesMax} the changes are let go and only the position in front of them is kept: the session reads them again when
 * the socket has drained. So a reader that stops costs a bounded amount and nobody waits for it.
 */
final class Outbox {
    /** Messages of its own that may wait before those who add in bulk hold back; each is a chunk of at most {@code chunkBytes}. */
    private static final int OWN_MESSAGES_MAX = 16;

    private static final int GATHERED_SNAPSHOTS_MAX = 12;
    private static final int GATHERED_ENTRIES_MAX = 256;

    private final int frameBytes;
    private final int deltaBytesMax;
    private final Runnable onOverflow;
    private ArrayDeque<Waiting> messages = new ArrayDeque<>();
    private final LinkedHashMap<Integer, List<SharedDelta>> deltas = new LinkedHashMap<>();
    private final Map<Integer, Cursor> behind = new HashMap<>();
    private final Set<Integer> readAgain = new HashSet<>();
    private Optional<SharedFrame> whole = Optional.empty();
    private long deltaBytes;
    private int snapshots;
    private int snapshotEntries;
    private int sharedSnapshots;
    private long sharedBytes;
    private boolean closing;

    /** A message that waits; its cells are encoded already where others are sent them too. */
    private record Waiting(Message message, Optional<byte[]> block) {}

    /**
     * An empty outbox.
     *
     * @param frameBytes size at which a frame is closed; one message may pass it
     * @param deltaBytesMax bytes of waiting changes at most
     * @param onOverflow told when they are let go
     */
    Outbox(int frameBytes, int deltaBytesMax, Runnable onOverflow) {
        this.frameBytes = frameBytes;
        this.deltaBytesMax = deltaBytesMax;
        this.onOverflow = onOverflow;
    }

    void add(Message message) {
        add(new Waiting(message, Optional.empty()));
    }

    /** Adds a SNAPSHOT that others are sent too, with this block of its cells. */
    void add(Message.Snapshot snapshot, byte[] block) {
        add(new Waiting(snapshot, Optional.of(block)));
        sharedSnapshots++;
        sharedBytes += block.length;
    }

    private void add(Waiting waiting) {
        messages.add(waiting);
        if (waiting.message() instanceof Message.Snapshot snapshot) {
            snapshots++;
            snapshotEntries += snapshot.entries().size();
        }
    }

    /** Whether those who add in bulk are to hold back. What is shared is here anyway, so of that there may be a frame. */
    boolean isFull() {
        return messages.size() - sharedSnapshots >= OWN_MESSAGES_MAX || sharedBytes >= frameBytes;
    }

    /** Whether there is nothing but a few small SNAPSHOTs, which may wait for others to go in one frame with. */
    boolean mayGather() {
        return snapshots > 0
                && messages.size() == snapshots
                && snapshots < GATHERED_SNAPSHOTS_MAX
                && snapshotEntries < GATHERED_ENTRIES_MAX
                && whole.isEmpty()
                && deltas.isEmpty()
                && behind.isEmpty();
    }

    /** Adds changes that the session gets all of; alone in a frame they are sent as they are. */
    void add(SharedFrame frame) {
        if (messages.isEmpty()
                && whole.isEmpty()
                && deltas.isEmpty()
                && behind.isEmpty()
                && readAgain.isEmpty()
                && frame.bytes().length <= deltaBytesMax
                && !closing) {
            whole = Optional.of(frame);
        } else {
            frame.deltas().forEach(this::add);
        }
    }

    private void split() {
        Optional<SharedFrame> frame = whole;
        whole = Optional.empty();
        frame.ifPresent(some -> some.deltas().forEach(this::add));
    }

    void add(SharedDelta delta) {
        split();
        int partition = delta.change().partition();
        if (closing || behind.containsKey(partition)) {
            return;
        }
        deltas.computeIfAbsent(partition, none -> new ArrayList<>(1)).add(delta);
        deltaBytes += delta.message().length;
        if (deltaBytes > deltaBytesMax) {
            deltas.forEach((p, waiting) ->
                    behind.put(p, Cursor.at(waiting.getFirst().change().seq() - 1)));
            deltas.clear();
            deltaBytes = 0;
            onOverflow.run();
        }
    }

    /**
     * A partition got another source: what waits of the one before is let go.
     *
     * @param compare whether the client may have got anything of that one, so that its maps have to be compared
     */
    void onSource(int partition, boolean compare) {
        split();
        List<SharedDelta> waiting = deltas.remove(partition);
        if (waiting != null) {
            for (SharedDelta delta : waiting) {
                deltaBytes -= delta.message().length;
            }
        }
        readAgain.remove(partition);
        behind.remove(partition);
        if (compare && !closing) {
            behind.put(partition, Cursor.NOWHERE);
        }
    }

    boolean isEmpty() {
        return messages.isEmpty() && whole.isEmpty() && readAgain.containsAll(deltas.keySet());
    }

    /** Lets waiting and future changes go: the connection is closing. */
    void dropDeltas() {
        whole = Optional.empty();
        deltas.clear();
        deltaBytes = 0;
        closing = true;
    }

    int messageCount() {
        return messages.size();
    }

    /**
     * Takes a partition whose changes were let go, with the position to read it again from.
     *
     * <p>Later changes to it are kept again but not sent before {@link #readAgainDone}: a DELTA says that everything up to its number
     * is there, so none may overtake the gap.
     */
    Optional<Map.Entry<Integer, Cursor>> takeBehind() {
        for (Map.Entry<Integer, Cursor> gap : behind.entrySet()) {
            if (readAgain.add(gap.getKey())) {
                behind.remove(gap.getKey());
                return Optional.of(Map.entry(gap.getKey(), gap.getValue()));
            }
        }
        return Optional.empty();
    }

    /** The last chunk of a partition that was read again has been added; what was kept meanwhile may follow it. */
    void readAgainDone(int partition) {
        readAgain.remove(partition);
    }

    /** The next frame: whole messages up to about {@code frameBytes}; empty if there is nothing to send. */
    Optional<byte[]> poll(Set<String> maps) {
        if (isEmpty()) {
            return Optional.empty();
        }
        if (messages.isEmpty()
                && whole.isPresent()
                && maps.containsAll(whole.get().maps())) {
            byte[] shared = whole.get().bytes();
            whole = Optional.empty();
            return Optional.of(shared);
        }
        split();
        CborWriter frame = new CborWriter();
        while (!messages.isEmpty() && frame.size() < frameBytes) {
            encode(next(), frame);
        }
        Iterator<Map.Entry<Integer, List<SharedDelta>>> waiting =
                deltas.entrySet().iterator();
        while (waiting.hasNext() && frame.size() < frameBytes) {
            Map.Entry<Integer, List<SharedDelta>> partition = waiting.next();
            if (!readAgain.contains(partition.getKey())) {
                write(partition.getValue(), maps, frame);
                waiting.remove();
            }
        }
        return Optional.of(frame.toByteArray());
    }

    private Waiting next() {
        Waiting next = messages.remove();
        if (next.message() instanceof Message.Snapshot snapshot) {
            snapshots--;
            snapshotEntries -= snapshot.entries().size();
        }
        next.block().ifPresent(block -> {
            sharedSnapshots--;
            sharedBytes -= block.length;
        });
        if (messages.isEmpty()) {
            // It grows for who catches up, and would keep that as long as the connection.
            messages = new ArrayDeque<>();
        }
        return next;
    }

    private static void encode(Waiting next, CborWriter frame) {
        if (next.message() instanceof Message.Snapshot snapshot && next.block().isPresent()) {
            MessageCodec.encode(snapshot, next.block().get(), frame);
        } else {
            MessageCodec.encode(next.message(), frame);
        }
    }

    /** Changes in a row become one DELTA; a FRONTIER keeps its place between them. */
    private void write(List<SharedDelta> changes, Set<String> maps, CborWriter frame) {
        List<SharedDelta> run = new ArrayList<>(changes.size());
        for (SharedDelta delta : changes) {
            deltaBytes -= delta.message().length;
            if (delta.change() instanceof Change.Pruned) {
                writeRun(run, maps, frame);
                run.clear();
                frame.raw(delta.message(), 0, delta.message().length);
            } else {
                run.add(delta);
            }
        }
        writeRun(run, maps, frame);
    }

    private static void writeRun(List<SharedDelta> run, Set<String> maps, CborWriter frame) {
        if (run.isEmpty()) {
            return;
        }
        SharedDelta last = run.getLast();
        if (run.size() == 1 && isWhole(last, maps)) {
            frame.raw(last.message(), 0, last.message().length);
            return;
        }
        Map<Address, Cell> merged = new LinkedHashMap<>();
        for (SharedDelta delta : run) {
            for (Entry entry : ((Change.Merged) delta.change()).entries()) {
                if (maps.contains(entry.map())) {
                    merged.merge(new Address(entry.map(), entry.key()), entry.cell(), Kinds::merge);
                }
            }
        }
        List<Entry> entries = new ArrayList<>(merged.size());
        merged.forEach((address, cell) -> entries.add(new Entry(address.map(), address.key(), cell)));
        MessageCodec.encode(
                new Message.Delta(
                        last.change().partition(),
                        last.source().ref(),
                        last.change().seq(),
                        entries),
                frame);
    }

    private static boolean isWhole(SharedDelta delta, Set<String> maps) {
        return switch (delta.change()) {
            case Change.Merged merged -> maps.containsAll(merged.maps());
            case Change.Pruned pruned -> true;
        };
    }

    /** Comparable, so that keys chosen to share a hash cost no more than a tree's search. */
    private record Address(String map, String key) implements Comparable<Address> {
        @Override
        public int compareTo(Address that) {
            int order = key.compareTo(that.key);
            return order != 0 ? order : map.compareTo(that.map);
        }
    }
}
