package io.topgun.crdt;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Merge of two {@link FieldsCell}s: the greater base, the greater of each field, and of those only
 * what the base leaves standing.
 *
 * <p>It is a least upper bound because both orders are total and a greater base leaves less: bases
 * go by stamp, then absent over present, then life; fields by stamp, then a value over its removal, then
 * bytes. Past the stamps the orders only matter if a writer used one twice.
 */
final class FieldsMerge {
    private final FieldsCell left;
    private final FieldsCell right;
    /** The cell whose base wins. */
    private final FieldsCell winner;

    private final String[] names;
    private final @Nullable Stamp[] stamps;
    private byte[] values;
    private int count;
    private int length;
    private boolean mixed;
    private boolean sameAsLeft;
    private boolean sameAsRight;

    private FieldsMerge(FieldsCell left, FieldsCell right, int order) {
        this.left = left;
        this.right = right;
        this.winner = order >= 0 ? left : right;
        this.sameAsLeft = order >= 0;
        this.sameAsRight = order <= 0;
        int most = left.names.length + right.names.length;
        this.names = new String[most];
        this.stamps = new @Nullable Stamp[most];
        this.values = new byte[left.values.length + right.values.length];
    }

    static FieldsCell merge(FieldsCell left, FieldsCell right) {
        int order = compareBases(left, right);
        if (order > 0 && isBehind(right, left)) {
            return left;
        }
        if (order < 0 && isBehind(left, right)) {
            return right;
        }
        if (order == 0 && left.stamps == null && right.stamps == null && sameFields(left, right)) {
            return left;
        }
        return new FieldsMerge(left, right, order).join();
    }

    private static boolean sameFields(FieldsCell left, FieldsCell right) {
        return Arrays.equals(left.values, right.values) && Arrays.equals(left.names, right.names);
    }

    private static int compareBases(FieldsCell left, FieldsCell right) {
        if (left.writer == null || right.writer == null) {
            return Boolean.compare(left.writer != null, right.writer != null);
        }
        int order = Stamp.compare(left.time, left.writer, right.time, right.writer);
        if (order == 0) {
            order = Boolean.compare(right.isPresent(), left.isPresent());
        }
        return order != 0 ? order : left.life().compareTo(right.life());
    }

    /** Whether all fields of a cell are older than a base. */
    private static boolean isBehind(FieldsCell cell, FieldsCell base) {
        if (cell.writer != null && compareToBase(cell.time, cell.writer, base) >= 0) {
            return false;
        }
        if (cell.stamps != null) {
            for (Stamp stamp : cell.stamps) {
                if (stamp != null && compareToBase(stamp.time(), stamp.writer(), base) >= 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static int compareToBase(long time, String writer, FieldsCell base) {
        return base.writer == null ? 1 : Stamp.compare(time, writer, base.time, base.writer);
    }

    private FieldsCell join() {
        int i = 0;
        int j = 0;
        int leftFrom = 0;
        int rightFrom = 0;
        while (i < left.names.length || j < right.names.length) {
            int order = i == left.names.length
                    ? 1
                    : j == right.names.length ? -1 : TextOrder.compare(left.names[i], right.names[j]);
            int leftTo = order <= 0 ? CborItems.end(left.values, leftFrom) : leftFrom;
            int rightTo = order >= 0 ? CborItems.end(right.values, rightFrom) : rightFrom;
            int fields = order != 0 ? order : compareFields(i, leftFrom, leftTo, j, rightFrom, rightTo);
            // A field equal in both sides changes neither. One that does not survive was of the side
            // whose base lost, which is changed anyway.
            if (order < 0 || (order == 0 && fields >= 0)) {
                boolean survives = take(left, i, leftFrom, leftTo);
                sameAsRight &= !survives || (order == 0 && fields == 0);
            } else {
                boolean survives = take(right, j, rightFrom, rightTo);
                sameAsLeft &= !survives;
            }
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
            leftFrom = leftTo;
            rightFrom = rightTo;
        }
        return result();
    }

    private int compareFields(int i, int leftFrom, int leftTo, int j, int rightFrom, int rightTo) {
        Stamp a = left.stamps == null ? null : left.stamps[i];
        Stamp b = right.stamps == null ? null : right.stamps[j];
        int order = Stamp.compare(
                a == null ? left.time : a.time(), a == null ? writer(left) : a.writer(),
                b == null ? right.time : b.time(), b == null ? writer(right) : b.writer());
        if (order == 0) {
            order = Boolean.compare(
                    left.values[leftFrom] != CborItems.UNDEFINED, right.values[rightFrom] != CborItems.UNDEFINED);
        }
        return order != 0
                ? order
                : Arrays.compareUnsigned(left.values, leftFrom, leftTo, right.values, rightFrom, rightTo);
    }

    private static String writer(FieldsCell cell) {
        if (cell.writer == null) {
            throw new AssertionError("A field without a stamp in a cell without a base");
        }
        return cell.writer;
    }

    private boolean take(FieldsCell from, int field, int start, int end) {
        Stamp own = from.stamps == null ? null : from.stamps[field];
        int order = own == null
                ? compareToBase(from.time, writer(from), winner)
                : compareToBase(own.time(), own.writer(), winner);
        boolean removed = from.values[start] == CborItems.UNDEFINED;
        if (order < 0 || (order == 0 && (removed || !winner.isPresent()))) {
            return false;
        }
        names[count] = from.names[field];
        stamps[count] = order == 0 ? null : own;
        mixed |= order != 0;
        count++;
        System.arraycopy(from.values, start, values, length, end - start);
        length += end - start;
        return true;
    }

    private FieldsCell result() {
        if (sameAsLeft) {
            return left;
        }
        if (sameAsRight) {
            return right;
        }
        if (length < values.length) {
            values = Arrays.copyOf(values, length);
        }
        return new FieldsCell(winner, sharedNames(), values, mixed ? Arrays.copyOf(stamps, count) : null);
    }

    /** An array that exists already, if one of the two sides has just these names. */
    private String[] sharedNames() {
        if (Arrays.equals(names, 0, count, left.names, 0, left.names.length)) {
            return left.names;
        }
        if (Arrays.equals(names, 0, count, right.names, 0, right.names.length)) {
            return right.names;
        }
        return Arrays.copyOf(names, count);
    }
}
