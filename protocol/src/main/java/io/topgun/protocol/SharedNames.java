package io.topgun.protocol;

import io.topgun.crdt.TextOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Bounded cache that makes equal short texts, and equal lists of field names, the same objects, so
 * that a million cells of one shape hold one list of names. A clash replaces; nothing depends on a hit.
 */
final class SharedNames {
    private static final int SLOTS = 1 << 12;
    private static final int TEXT_BYTES_MAX = 64;
    private static final int LIST_MAX = 64;
    static final SharedNames INSTANCE = new SharedNames();

    private final AtomicReferenceArray<Text> texts = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<String[]> lists = new AtomicReferenceArray<>(SLOTS);

    private static final class Text {
        final byte[] utf8;
        final String text;

        Text(byte[] utf8) {
            this.utf8 = utf8;
            this.text = new String(utf8, StandardCharsets.UTF_8);
        }
    }

    private SharedNames() {}

    /** Next text of the reader. */
    String text(CborReader in) {
        int length = in.textHead();
        int from = in.position();
        in.seek(from + length);
        byte[] source = in.source();
        if (length > TEXT_BYTES_MAX) {
            return new String(source, from, length, StandardCharsets.UTF_8);
        }
        int hash = length;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + source[i];
        }
        int slot = slot(hash);
        Text known = texts.getAcquire(slot);
        if (known == null || !Arrays.equals(known.utf8, 0, known.utf8.length, source, from, from + length)) {
            known = new Text(Arrays.copyOfRange(source, from, from + length));
            texts.setRelease(slot, known);
        }
        return known.text;
    }

    /** The list of the first {@code count} names, which are refused if they are not in text order. */
    String[] list(String[] names, int count) {
        int hash = count;
        for (int i = 0; i < count; i++) {
            hash = 31 * hash + names[i].hashCode();
        }
        int slot = slot(hash);
        String[] known = lists.getAcquire(slot);
        if (known != null && Arrays.equals(known, 0, known.length, names, 0, count)) {
            return known;
        }
        String[] list = Arrays.copyOf(names, count);
        checkOrder(list);
        if (count <= LIST_MAX) {
            lists.setRelease(slot, list);
        }
        return list;
    }

    static void checkOrder(String[] names) {
        for (int i = 1; i < names.length; i++) {
            if (TextOrder.compare(names[i - 1], names[i]) >= 0) {
                throw new ProtocolException(ErrorCode.INVALID_VALUE, "Field names twice or out of order");
            }
        }
    }

    private static int slot(int hash) {
        return (hash * 0x9e3779b9) >>> 20;
    }
}
