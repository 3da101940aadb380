package io.topgun.node.imports;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The progress shown to who waits: a bar that is drawn over on a terminal, else a line now and then. */
final class Progress {
    private static final int BAR_WIDTH = 24;
    private static final long BAR_EVERY_NANOS = 100_000_000;
    private static final long LINE_EVERY_NANOS = 2_000_000_000;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private final long fileBytes;
    private final long startNanos;
    private long shownNanos;
    private long firstRows = -1;

    Progress(PrintStream out, boolean terminal, LongSupplier nanoTime, long fileBytes) {
        this.out = out;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        this.fileBytes = fileBytes;
        this.startNanos = nanoTime.getAsLong();
        this.shownNanos = startNanos;
    }

    /** Shows the state if it is time to; {@code note} is what the import waits for, or empty. */
    void show(long rowsDone, long bytesRead, String note) {
        if (firstRows < 0) {
            firstRows = rowsDone;
        }
        long now = nanoTime.getAsLong();
        if (now - shownNanos >= (terminal ? BAR_EVERY_NANOS : LINE_EVERY_NANOS)) {
            shownNanos = now;
            String line = line(rowsDone, bytesRead, note);
            if (terminal) {
                out.print(ERASE_LINE + line);
                out.flush();
            } else {
                out.println(line);
            }
        }
    }

    /** Makes room for the last words. */
    void clear() {
        if (terminal) {
            out.print(ERASE_LINE);
            out.flush();
        }
    }

    double seconds() {
        return (nanoTime.getAsLong() - startNanos) / 1e9;
    }

    private String line(long rowsDone, long bytesRead, String note) {
        double share = fileBytes == 0 ? 1 : Math.min(1, (double) bytesRead / fileBytes);
        double perSecond = (rowsDone - firstRows) / Math.max(0.001, seconds());
        String line = String.format(
                Locale.ROOT,
                "%s%3.0f %%  %,d rows  %,.0f rows/s  %s of %s  %s",
                terminal ? bar(share) : "",
                100 * share,
                rowsDone,
                perSecond,
                megabytes(bytesRead),
                megabytes(fileBytes),
                note.isEmpty() ? "ETA " + eta(share) : note);
        return line.strip();
    }

    private static String bar(double share) {
        int full = (int) (share * BAR_WIDTH);
        return "[" + "#".repeat(full) + "-".repeat(BAR_WIDTH - full) + "] ";
    }

    private String eta(double share) {
        if (share < 0.01) {
            return "--:--";
        }
        long left = Math.round(seconds() * (1 - share) / share);
        return String.format(Locale.ROOT, "%d:%02d", left / 60, left % 60);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
