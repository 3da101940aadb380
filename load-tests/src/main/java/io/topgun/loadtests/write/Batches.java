package io.topgun.loadtests.write;

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

/** The writes of one connection: random keys, whole values of about 150 bytes, half of them objects. */
final class Batches {
    static final int KEYS = 100_000;
    static final String FIELDS = "bench-fields";
    static final String VALUES = "bench-values";
    static final List<String> MAPS = List.of(FIELDS, VALUES);

    private static final String[] NAMES = {"lat", "lng", "name", "admin", "remark", "country"};
    private static final int VALUE_BYTES = 146;

    private final SplittableRandom random;
    private final HybridClock clock;
    private final CborWriter out = new CborWriter();

    Batches(String writer, long seed) {
        random = new SplittableRandom(seed);
        clock = new HybridClock(System::currentTimeMillis, writer);
    }

    /** So many operations, their ids from this one on. */
    List<Op> next(int count, long firstId) {
        List<Op> ops = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int key = random.nextInt(KEYS);
            boolean object = (key & 1) == 0;
            ops.add(new Op(firstId + i, object ? FIELDS : VALUES, key(key), object ? fields() : value()));
        }
        return ops;
    }

    static String key(int index) {
        return "entry/" + index;
    }

    private Cell fields() {
        out.reset();
        out.integer(random.nextInt()).integer(random.nextInt());
        for (int i = 2; i < NAMES.length; i++) {
            letters(28);
        }
        return FieldsCell.set(clock.next(), Life.FOREVER, NAMES, out.toByteArray());
    }

    private Cell value() {
        out.reset();
        letters(VALUE_BYTES);
        return ValueCell.set(clock.next(), out.toByteArray(), Life.FOREVER);
    }

    private void letters(int length) {
        out.text(letters(random.nextLong(), length));
    }

    /** Eight random letters and padding: random enough not to compress to nothing, cheap to make. */
    static String letters(long bits, int length) {
        char[] text = new char[length];
        for (int i = 0; i < length; i++) {
            text[i] = (char) ('a' + ((bits >>> (i * 5 % 59)) & 15) + i % 11);
        }
        return new String(text);
    }
}
