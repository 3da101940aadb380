package io.topgun.node.imports;

import io.topgun.crdt.CborItems;
import io.topgun.protocol.CborReader;
import java.math.BigDecimal;
import java.util.List;

/** What a row holds, in canonical CBOR: the fields of an object, or any other value. */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
sealed interface RowValue {

    /** What a path leads to. */
    sealed interface Found {
        /** Text, or a number or boolean written as text. */
        record Scalar(String text) implements Found {}

        record Missing() implements Found {}

        record Null() implements Found {}

        record Composite() implements Found {}
    }

    /** An object: its names in text order and their values one behind the other. */
    record Fields(String[] names, byte[] values) implements RowValue {
        @Override
        public int bytes() {
            int bytes = values.length;
            for (String name : names) {
                bytes += 3 * name.length();
            }
            return bytes;
        }

        @Override
        public Found find(List<String> steps) {
            if (steps.isEmpty()) {
                return new Found.Composite();
            }
            int from = 0;
            for (String name : names) {
                if (name.equals(steps.get(0))) {
                    return RowValue.find(values, from, steps.subList(1, steps.size()));
                }
                from = CborItems.end(values, from);
            }
            return new Found.Missing();
        }
    }

    /** Anything that is not an object. */
    record Other(byte[] value) implements RowValue {
        @Override
        public int bytes() {
            return value.length;
        }

        @Override
        public Found find(List<String> steps) {
            return RowValue.find(value, 0, steps);
        }
    }

    /** About how many bytes it takes in a frame, at least as many as it does. */
    int bytes();

    Found find(List<String> steps);

    private static Found find(byte[] cbor, int from, List<String> steps) {
        int at = from;
        for (String step : steps) {
            at = switch ((cbor[at] & 0xff) >>> 5) {
                case 4 -> element(cbor, at, step);
                case 5 -> member(cbor, at, step);
                default -> -1;
            };
            if (at < 0) {
                return new Found.Missing();
            }
        }
        return found(cbor, at);
    }

    private static int element(byte[] cbor, int from, String step) {
        CborReader in = new CborReader(cbor, from, cbor.length);
        int length = in.array();
        int at = in.position();
        for (int i = 0; i < length; i++) {
            if (step.equals(Integer.toString(i))) {
                return at;
            }
            at = CborItems.end(cbor, at);
        }
        return -1;
    }

    private static int member(byte[] cbor, int from, String step) {
        CborReader in = new CborReader(cbor, from, cbor.length);
        int pairs = in.map();
        for (int i = 0; i < pairs; i++) {
            if (in.text().equals(step)) {
                return in.position();
            }
            in.seek(CborItems.end(cbor, in.position()));
        }
        return -1;
    }

    private static Found found(byte[] cbor, int at) {
        int head = cbor[at] & 0xff;
        CborReader in = new CborReader(cbor, at, cbor.length);
        return switch (head >>> 5) {
            case 0, 1 -> new Found.Scalar(Long.toString(in.integer()));
            case 3 -> new Found.Scalar(in.text());
            case 7 -> simple(in, head);
            default -> new Found.Composite();
        };
    }

    private static Found simple(CborReader in, int head) {
        return switch (head) {
            case 0xf4 -> new Found.Scalar("false");
            case 0xf5 -> new Found.Scalar("true");
            case 0xfb -> new Found.Scalar(plain(in.number()));
            default -> new Found.Null();
        };
    }

    /** Digits alone, so that a key looks like the number in the file. */
    private static String plain(double number) {
        return new BigDecimal(Double.toString(number)).toPlainString();
    }
}
