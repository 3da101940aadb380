package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Shares;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads cells in one of the two forms and checks every rule of a cell. Used again for cell after
 * cell; {@link #key()} is that of the last one.
 */
final class CellReader {
    private final CborReader in;
    private final CellForm.In form;
    private final Limits limits;
    /** There from the first cell with fields on: it has arrays to gather them, and a stored row has a reader to itself. */
    private @Nullable FieldsReader fields;

    private String key = "";
    private String lastWriter = "";
    private ErrorCode part = ErrorCode.INVALID_VALUE;

    CellReader(CborReader in, CellForm.In form, Limits limits) {
        this.in = in;
        this.form = form;
        this.limits = limits;
    }

    String key() {
        return key;
    }

    /** What to call a fault of the encoding at the place where reading stopped. */
    ErrorCode part() {
        return part;
    }

    Cell read() {
        part = ErrorCode.INVALID_VALUE;
        int length = in.array();
        if (length < 3) {
            throw invalid("Cell too short");
        }
        key = readKey();
        long kind = in.integer();
        return switch ((int) Math.max(0, Math.min(kind, 7))) {
            case 1 -> value(length - 2);
            case 2 -> fields().read(length - 2);
            case 3 -> or(length - 2);
            case 4 -> counter(length - 2);
            default -> throw new ProtocolException(ErrorCode.UNKNOWN_KIND, "Kind " + kind);
        };
    }

    private FieldsReader fields() {
        if (fields == null) {
            fields = new FieldsReader(this, in, form, limits);
        }
        return fields;
    }

    private String readKey() {
        part = ErrorCode.INVALID_KEY;
        int length = in.textHead();
        if (length == 0 || length > limits.keyBytesMax()) {
            throw new ProtocolException(ErrorCode.INVALID_KEY, "Key of " + length + " bytes");
        }
        int from = in.position();
        in.seek(from + length);
        part = ErrorCode.INVALID_VALUE;
        return new String(in.source(), from, length, StandardCharsets.UTF_8);
    }

    private Cell value(int length) {
        if (length != 4 && length != 5 && length != 7) {
            throw invalid("Value cell of " + length + " elements");
        }
        Stamp stamp = stamp();
        if (in.tryUndefined()) {
            if (length > 4) {
                throw invalid("A removed value has no life");
            }
            return ValueCell.remove(stamp);
        }
        byte[] value = value();
        boolean idle = length == 7;
        return ValueCell.set(stamp, value, life(length == 5 || (idle && !in.tryNothing()), idle));
    }

    private Cell counter(int length) {
        int count = length - 1;
        if (count > limits.sharesMax()) {
            throw new ProtocolException(ErrorCode.TOO_MANY_FIELDS, count + " shares");
        }
        Optional<CounterCell.Folded> folded = in.tryNothing() ? Optional.empty() : Optional.of(folded());
        if (folded.isEmpty() && count == 0) {
            throw invalid("Neither a folded part nor a share");
        }
        long[] times = new long[count];
        String[] writers = new String[count];
        long[] plus = new long[count];
        long[] minus = new long[count];
        long foldedMs = folded.map(CounterCell.Folded::ms).orElse(-1L);
        for (int i = 0; i < count; i++) {
            elements(5, "Share");
            Stamp stamp = stamp();
            times[i] = stamp.time();
            writers[i] = stamp.writer();
            plus[i] = in.natural();
            minus[i] = in.natural();
            boolean isBehind = i == 0
                    ? stamp.ms() <= foldedMs
                    : Stamp.compare(times[i - 1], writers[i - 1], times[i], writers[i]) >= 0;
            if (isBehind || (plus[i] | minus[i]) == 0) {
                throw invalid("Shares twice, out of order, of nothing, or not newer than the folded part");
            }
        }
        return CounterCell.of(folded, Shares.of(times, writers, plus, minus));
    }

    private CounterCell.Folded folded() {
        elements(3, "Folded part");
        long ms = ms();
        long plus = in.natural();
        long minus = in.natural();
        if ((plus | minus) == 0) {
            throw invalid("Folded part of nothing");
        }
        return new CounterCell.Folded(ms, plus, minus);
    }

    private void elements(int wanted, String what) {
        int length = in.array();
        if (length != wanted) {
            throw invalid(what + " of " + length + " elements");
        }
    }

    private Cell or(int count) {
        if (count > limits.tagsMax()) {
            throw new ProtocolException(ErrorCode.TOO_MANY_FIELDS, count + " tags");
        }
        OrTag[] tags = new OrTag[count];
        for (int i = 0; i < count; i++) {
            tags[i] = tag();
            if (i > 0 && tags[i - 1].stamp().compareTo(tags[i].stamp()) >= 0) {
                throw invalid("Tags twice or out of order");
            }
        }
        return OrCell.of(tags);
    }

    private OrTag tag() {
        int length = in.array();
        if (length != 4 && length != 5) {
            throw invalid("Tag of " + length + " elements");
        }
        Stamp stamp = stamp();
        boolean removed = in.tryUndefined();
        if (removed != (length == 5)) {
            throw invalid("A removed tag has the time of its removal, a live one has not");
        }
        return removed ? OrTag.removed(stamp, ms()) : OrTag.live(stamp, value());
    }

    @SuppressWarnings("ReferenceEquality") // a quick way past the check
    Stamp stamp() {
        long ms = ms();
        part = ErrorCode.INVALID_STAMP;
        long counter = in.natural(Stamp.COUNTER_MAX);
        String writer = form.writer(in);
        part = ErrorCode.INVALID_VALUE;
        if (writer != lastWriter && !Stamp.isWriter(writer)) {
            throw new ProtocolException(ErrorCode.INVALID_STAMP, "Not a writer id");
        }
        lastWriter = writer;
        return Stamp.of(ms, (int) counter, writer);
    }

    private long ms() {
        part = ErrorCode.INVALID_STAMP;
        long ms = form.baseMs() + in.integer();
        if ((ms & ~Stamp.MS_MAX) != 0) {
            throw new ProtocolException(ErrorCode.INVALID_STAMP, "Time out of range");
        }
        part = ErrorCode.INVALID_VALUE;
        return ms;
    }

    /** The parts of a life that are there. */
    Life life(boolean expires, boolean idle) {
        long expiresMs = expires ? form.baseMs() + in.integer() : 0;
        long idleMs = idle ? in.integer() : 0;
        long touchedMs = idle ? form.baseMs() + in.integer() : 0;
        if ((expires && expiresMs == 0)
                || (idle && idleMs == 0)
                || ((expiresMs | idleMs | touchedMs) & ~Stamp.MS_MAX) != 0) {
            throw invalid("Life out of range");
        }
        return Life.of(expiresMs, idleMs, touchedMs);
    }

    private byte[] value() {
        int from = in.position();
        skipValue();
        return Arrays.copyOfRange(in.source(), from, in.position());
    }

    /** Checks a value and steps over it. */
    void skipValue() {
        int from = in.position();
        in.value(limits.depthMax());
        if (in.position() - from > limits.valueBytesMax()) {
            throw new ProtocolException(ErrorCode.VALUE_TOO_LARGE, "Value of " + (in.position() - from) + " bytes");
        }
    }

    static ProtocolException invalid(String text) {
        return new ProtocolException(ErrorCode.INVALID_VALUE, text);
    }
}
