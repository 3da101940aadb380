package io.topgun.node.imports;

import io.topgun.crdt.Cell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.ProtocolException;
import io.topgun.protocol.Rejection;
import io.topgun.protocol.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One run of an import, on one thread: rows into the window, frames out of it, acknowledgements back.
 * Only what is persisted leaves the window, so a connection that breaks costs sending again.
 */
final class Importer {
    private static final int FRAME_OPS = 2_000;
    private static final int FRAME_BYTES = 256 << 10;
    /** Below what a node takes of one client before it stops reading. */
    private static final int WINDOW_OPS = 16_000;

    private static final long WINDOW_BYTES = 16 << 20;
    private static final int SEEN_KEYS_MAX = 6_000_000;
    /** Room in a frame beside an operation's key and value. */
    private static final int OP_BYTES = 256;

    private static final long SAVE_EVERY_NANOS = Duration.ofMillis(500).toNanos();
    private static final Duration NO_WAIT = Duration.ZERO;
    private static final Duration TICK = Duration.ofMillis(100);

    private final ImportOptions options;
    private final RowFile file;
    private final RowReader rows;
    private final Path stateFile;
    private final Uplink uplink;
    private final Progress progress;
    private final Window window = new Window(WINDOW_OPS, WINDOW_BYTES);
    private final SeenKeys seen = new SeenKeys(SEEN_KEYS_MAX);
    private final Rejected rejected = new Rejected();
    private final Backoff overload = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private ResumeState state;
    private long nextRow;
    private long savedNanos;
    private boolean exhausted;

    /** How it ended: all rows are either imported or rejected. */
    record Outcome(long rows, long resumedFrom, Rejected rejected, boolean keysUnchecked) {
        long imported() {
            return rows - rejected.count();
        }
    }

    Importer(ImportOptions options, RowFile file, Path stateFile, Uplink uplink, Progress progress)
            throws IOException, InterruptedException {
        this.options = options;
        this.file = file;
        this.stateFile = stateFile;
        this.uplink = uplink;
        this.progress = progress;
        Message.Welcome welcome = uplink.greet();
        this.rows = new RowReader(file.unpacked(), welcome.limits());
        this.state = ResumeState.load(stateFile)
                .orElseGet(
                        () -> new ResumeState(Stamp.time(welcome.serverMs(), 0), uplink.writer(), welcome.nodeId(), 0))
                .at(welcome.nodeId());
        state.save(stateFile);
    }

    /**
     * Imports everything.
     *
     * @throws ProtocolException if the node does not take what we send
     * @throws IOException if the file cannot be read, or no node answers for too long
     */
    Outcome run() throws IOException, InterruptedException {
        long resumedFrom = state.rows();
        while (!exhausted || !window.isEmpty()) {
            fill();
            send();
            receive();
            saveNowAndThen();
            progress.show(nextRow - window.size(), file.read(), note());
        }
        Files.deleteIfExists(stateFile);
        return new Outcome(nextRow, resumedFrom, rejected, seen.isFull());
    }

    private String note() {
        return uplink.isUp() ? overload.isOver() ? "" : "the node is busy" : "reconnecting";
    }

    private void fill() throws IOException {
        for (int i = 0; i < FRAME_OPS && window.hasRoom() && !exhausted; i++) {
            Optional<RowReader.Row> row = rows.next();
            if (row.isEmpty()) {
                exhausted = true;
            } else {
                take(row.get());
            }
        }
    }

    private void take(RowReader.Row row) {
        long number = nextRow++;
        switch (row) {
            case RowReader.Row.Good good -> {
                try {
                    enqueue(number, options.key().keyOf(good.value()), good.value());
                } catch (ProtocolException e) {
                    rejected.add(number, e.code().name(), String.valueOf(e.getMessage()));
                }
            }
            case RowReader.Row.Bad bad -> rejected.add(number, bad.code(), bad.text());
        }
    }

    private void enqueue(long number, String key, RowValue value) {
        int bytes = OP_BYTES + 3 * key.length() + value.bytes();
        if (!seen.add(key)) {
            rejected.add(number, "DUPLICATE_KEY", "an earlier row has the key " + key);
        } else if (bytes > rows.limits().frameBytesMax()) {
            rejected.add(number, ErrorCode.VALUE_TOO_LARGE.name(), "more than a frame takes");
        } else if (number >= state.rows()) {
            window.add(new Op(number, options.map(), key, cell(state.stampOf(number), value)), bytes);
        }
    }

    private static Cell cell(Stamp stamp, RowValue value) {
        return switch (value) {
            case RowValue.Fields fields -> FieldsCell.set(stamp, Life.FOREVER, fields.names(), fields.values());
            case RowValue.Other other -> ValueCell.set(stamp, other.value(), Life.FOREVER);
        };
    }

    private void send() throws IOException, InterruptedException {
        if (!uplink.isUp() && uplink.tryAgain()) {
            window.unsendAll();
        }
        int countMax = Math.min(FRAME_OPS, rows.limits().opsPerFrameMax());
        int bytesMax = Math.min(FRAME_BYTES, rows.limits().frameBytesMax());
        while (uplink.isUp() && overload.isOver() && window.hasUnsent()) {
            uplink.send(new Message.Ops(Level.PERSISTED, window.take(countMax, bytesMax), List.of()));
        }
    }

    /** Takes all that has come; waits for more only if there is nothing else to do. */
    private void receive() throws InterruptedException {
        boolean idle = exhausted || !window.hasRoom();
        Optional<Message> message = uplink.receive(idle ? TICK : NO_WAIT);
        while (message.isPresent()) {
            if (message.get() instanceof Message.Ack ack) {
                onAck(ack);
            }
            message = uplink.receive(NO_WAIT);
        }
    }

    private void onAck(Message.Ack ack) {
        boolean persisted = ack.level().compareTo(Level.PERSISTED) >= 0;
        for (Run run : ack.runs()) {
            if (persisted) {
                window.settle(run);
                overload.reset();
            } else {
                window.unsend(run);
                overload.start();
            }
        }
        for (Rejection rejection : ack.rejections()) {
            Run row = new Run(rejection.opId(), 1);
            if (rejection.code() == ErrorCode.OVERLOADED || rejection.code() == ErrorCode.NOT_PERSISTED) {
                window.unsend(row);
                overload.start();
            } else if (window.settle(row) > 0) {
                rejected.add(rejection.opId(), rejection.code().name(), rejection.text());
            }
        }
    }

    private void saveNowAndThen() throws IOException {
        long now = System.nanoTime();
        long done = Math.max(state.rows(), window.firstOpen(nextRow));
        if (now - savedNanos > SAVE_EVERY_NANOS && done > state.rows()) {
            state = state.withRows(done);
            state.save(stateFile);
            savedNanos = now;
        }
    }
}
