package io.topgun.node.lines;

import io.topgun.crdt.Cell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Life;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Writes of one connection like those of {@code ./topgun bench write}: whole values of about 150 bytes. */
final class LineWrites {
    static final int KEYS = 100_000;
    static final List<String> MAPS = List.of("bench-fields", "bench-values");

    private static final String[] NAMES = {"lat", "lng", "name", "admin", "remark", "country"};
    private static final int VALUE_BYTES = 146;
    private static final int FIELD_BYTES = 28;
    private static final int INTEGERS = 2;

    private final SplittableRandom random;
    private final HybridClock clock;
    private final CborWriter out = new CborWriter();

    LineWrites(int connection) {
        random = new SplittableRandom(connection);
        clock = new HybridClock(System::currentTimeMillis, "line" + connection);
    }

    List<Op> next(int count) {
        List<Op> ops = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int key = random.nextInt(KEYS);
            ops.add(new Op(key, MAPS.get(key & 1), key(key), (key & 1) == 0 ? fields() : value()));
        }
        return ops;
    }

    static String key(int index) {
        return "entry/" + index;
    }

    private Cell fields() {
        out.reset();
        for (int i = 0; i < INTEGERS; i++) {
            out.integer(random.nextInt());
        }
        for (int i = INTEGERS; i < NAMES.length; i++) {
            letters(FIELD_BYTES);
        }
        return FieldsCell.set(clock.next(), Life.FOREVER, NAMES, out.toByteArray());
    }

    private Cell value() {
        out.reset();
        letters(VALUE_BYTES);
        return ValueCell.set(clock.next(), out.toByteArray(), Life.FOREVER);
    }

    private void letters(int length) {
        char[] text = new char[length];
        long bits = random.nextLong();
        for (int i = 0; i < length; i++) {
            text[i] = (char) ('a' + ((bits >>> (i * 5 % 59)) & 15) + i % 11);
        }
        out.text(new String(text));
    }
}
