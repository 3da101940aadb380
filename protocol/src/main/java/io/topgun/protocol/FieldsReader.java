package io.topgun.protocol;

import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.TextOrder;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the body of a fields cell: the base, then one group of fields per stamp. */
final class FieldsReader {
    /** Flags of a base. */
    static final int PRESENT = 1;

    static final int EXPIRES = 2;
    static final int IDLE = 4;

    private final CellReader cell;
    private final CborReader in;
    private final CellForm.In form;
    private final Limits limits;

    private String[] names = new String[16];
    private int[] froms = new int[16];
    private int[] tos = new int[16];
    private @Nullable Stamp[] stamps = new @Nullable Stamp[16];
    private String[] lastList = {};
    private int count;
    /** Whether the fields come in more than one run, each of them in text order. */
    private boolean mixed;

    FieldsReader(CellReader cell, CborReader in, CellForm.In form, Limits limits) {
        this.cell = cell;
        this.in = in;
        this.form = form;
        this.limits = limits;
    }

    FieldsCell read(int length) {
        count = 0;
        int groups = length - 1;
        boolean hasBase = !in.tryNothing();
        mixed = groups > (hasBase ? 0 : 1);
        Optional<FieldsCell.Base> base = hasBase ? Optional.of(base()) : Optional.empty();
        if (!hasBase && groups == 0) {
            throw CellReader.invalid("Neither a base nor fields");
        }
        Stamp last = base.map(FieldsCell.Base::stamp).orElse(null);
        for (int i = 0; i < groups; i++) {
            Stamp stamp = group();
            if (last != null && last.compareTo(stamp) >= 0) {
                throw CellReader.invalid("Groups twice or out of order, or older than the base");
            }
            last = stamp;
        }
        if (mixed) {
            sort();
        }
        return FieldsCell.of(base, list(), values(), groups == 0 ? null : Arrays.copyOf(stamps, count));
    }

    /** The shared list of the names; most cells have those of the one before. */
    @SuppressWarnings("ReferenceEquality") // names of one table are the same objects
    private String[] list() {
        boolean same = count == lastList.length;
        for (int i = 0; same && i < count; i++) {
            same = names[i] == lastList[i];
        }
        if (!same) {
            lastList = SharedNames.INSTANCE.list(names, count);
        }
        return lastList;
    }

    private FieldsCell.Base base() {
        int length = in.array();
        if (length < 4) {
            throw CellReader.invalid("Base too short");
        }
        Stamp stamp = cell.stamp();
        int flags = (int) in.natural(PRESENT | EXPIRES | IDLE);
        boolean present = (flags & PRESENT) != 0;
        int head = headLength(flags);
        if (length < head || (!present && length > 4)) {
            throw CellReader.invalid("A deleted entry has neither fields nor a life");
        }
        Life life = cell.life((flags & EXPIRES) != 0, (flags & IDLE) != 0);
        fields(length - head, null);
        return new FieldsCell.Base(stamp, present, life);
    }

    /** Number of elements of a base in front of its fields. */
    static int headLength(int flags) {
        return 4 + ((flags & EXPIRES) == 0 ? 0 : 1) + ((flags & IDLE) == 0 ? 0 : 2);
    }

    private Stamp group() {
        int length = in.array();
        if (length < 5) {
            throw CellReader.invalid("Group without fields");
        }
        Stamp stamp = cell.stamp();
        fields(length - 3, stamp);
        return stamp;
    }

    private void fields(int elements, @Nullable Stamp stamp) {
        if ((elements & 1) != 0) {
            throw CellReader.invalid("A name without a value");
        }
        int first = count;
        reserve(elements / 2);
        for (int i = 0; i < elements; i += 2) {
            String name = form.name(in);
            if (name.isEmpty()) {
                throw CellReader.invalid("Field name of 0 bytes");
            }
            names[count] = name;
            froms[count] = in.position();
            if (stamp == null || !in.tryUndefined()) {
                cell.skipValue();
            }
            tos[count] = in.position();
            stamps[count] = stamp;
            count++;
        }
        for (int i = first + 1; mixed && i < count; i++) {
            if (TextOrder.compare(names[i - 1], names[i]) >= 0) {
                throw CellReader.invalid("Field names twice or out of order");
            }
        }
    }

    private record Field(
            String name, int from, int to, @Nullable Stamp stamp) {}

    private void sort() {
        Field[] fields = new Field[count];
        for (int i = 0; i < count; i++) {
            fields[i] = new Field(names[i], froms[i], tos[i], stamps[i]);
        }
        Arrays.sort(fields, (a, b) -> TextOrder.compare(a.name, b.name));
        for (int i = 0; i < count; i++) {
            names[i] = fields[i].name;
            froms[i] = fields[i].from;
            tos[i] = fields[i].to;
            stamps[i] = fields[i].stamp;
        }
    }

    private byte[] values() {
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += tos[i] - froms[i];
        }
        byte[] values = new byte[length];
        int to = 0;
        for (int i = 0; i < count; i++) {
            System.arraycopy(in.source(), froms[i], values, to, tos[i] - froms[i]);
            to += tos[i] - froms[i];
        }
        return values;
    }

    private void reserve(int more) {
        if (count + more > limits.fieldsMax()) {
            throw new ProtocolException(ErrorCode.TOO_MANY_FIELDS, (count + more) + " fields");
        }
        if (count + more > names.length) {
            int size = Math.max(2 * names.length, count + more);
            names = Arrays.copyOf(names, size);
            froms = Arrays.copyOf(froms, size);
            tos = Arrays.copyOf(tos, size);
            stamps = Arrays.copyOf(stamps, size);
        }
    }
}
