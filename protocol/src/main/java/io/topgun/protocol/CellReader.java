package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads cells in one of the two forms and checks every rule of a cell. Used again for cell after
 * cell; {@link #key()} is that of the last one.
 */
final class CellReader {
    private final CborReader in;
    private final CellForm.In form;
    private final Limits limits;
    private final FieldsReader fields;
    private String key = "";
    private ErrorCode part = ErrorCode.INVALID_VALUE;

    CellReader(CborReader in, CellForm.In form, Limits limits) {
        this.in = in;
        this.form = form;
        this.limits = limits;
        this.fields = new FieldsReader(this, in, form, limits);
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
        if (kind < 1 || kind > 3) {
            throw new ProtocolException(ErrorCode.UNKNOWN_KIND, "Kind " + kind);
        }
        return kind == 1 ? value(length - 2) : kind == 2 ? fields.read(length - 2) : or(length - 2);
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
        if (length != 4 && length != 5) {
            throw invalid("Value cell of " + length + " elements");
        }
        Stamp stamp = stamp();
        if (in.tryUndefined()) {
            if (length == 5) {
                throw invalid("A removed value does not expire");
            }
            return ValueCell.remove(stamp);
        }
        byte[] value = value();
        return ValueCell.set(stamp, value, length == 5 ? expires() : 0);
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

    Stamp stamp() {
        long ms = ms();
        part = ErrorCode.INVALID_STAMP;
        long counter = in.natural(Stamp.COUNTER_MAX);
        String writer = form.writer(in);
        part = ErrorCode.INVALID_VALUE;
        if (!Stamp.isWriter(writer)) {
            throw new ProtocolException(ErrorCode.INVALID_STAMP, "Not a writer id");
        }
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

    long expires() {
        long ms = form.baseMs() + in.integer();
        if (ms == 0 || (ms & ~Stamp.MS_MAX) != 0) {
            throw invalid("Expiry out of range");
        }
        return ms;
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
