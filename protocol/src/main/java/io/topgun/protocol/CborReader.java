package io.topgun.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads CBOR from a range of bytes and refuses, with {@code MALFORMED}, all that is not the
 * protocol's deterministic encoding. No declared length is believed beyond the bytes at hand.
 *
 * <p>{@link #skip()} alone takes any well-formed CBOR, to get past an item that is not for us.
 */
public final class CborReader {
    /** Greatest integer that every language at hand holds exactly: 2^53-1. */
    public static final long NATURAL_MAX = (1L << 53) - 1;

    private final byte[] source;
    private final int end;
    private int at;

    public CborReader(byte[] source) {
        this(source, 0, source.length);
    }

    public CborReader(byte[] source, int from, int to) {
        this.source = source;
        this.at = from;
        this.end = to;
    }

    public byte[] source() {
        return source;
    }

    public int position() {
        return at;
    }

    public void seek(int position) {
        at = position;
    }

    public boolean atEnd() {
        return at == end;
    }

    public long integer() {
        int head = next();
        int major = head >>> 5;
        if (major > 1) {
            throw ProtocolException.malformed("Integer expected");
        }
        long argument = magnitude(head);
        return major == 0 ? argument : ~argument;
    }

    /** An integer that every language at hand holds exactly. */
    long safeInteger() {
        long value = integer();
        if (value < -NATURAL_MAX || value > NATURAL_MAX) {
            throw ProtocolException.malformed("Integer out of range: " + value);
        }
        return value;
    }

    /** An integer from 0 to 2^53-1. */
    public long natural() {
        return natural(NATURAL_MAX);
    }

    public long natural(long max) {
        long value = integer();
        if (value < 0 || value > max) {
            throw ProtocolException.malformed("Integer out of range: " + value);
        }
        return value;
    }

    public String text() {
        int length = textHead();
        String text = new String(source, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    /** Number of bytes of a text that has been validated and begins at {@link #position()}. */
    int textHead() {
        return checkedText(length(3));
    }

    private int checkedText(int length) {
        if (!Utf8.isValid(source, at, at + length)) {
            throw ProtocolException.malformed("Text that is not UTF-8");
        }
        return length;
    }

    public byte[] bytes() {
        int length = length(2);
        at += length;
        return Arrays.copyOfRange(source, at - length, at);
    }

    /** Eight bytes, big-endian. */
    public long bytesAsLong() {
        if (length(2) != 8) {
            throw ProtocolException.malformed("Eight bytes expected");
        }
        return rawLong();
    }

    int bytesHead() {
        return length(2);
    }

    long rawLong() {
        return unsigned(8);
    }

    /** The first {@code width} bytes of a digest, zeros behind them. */
    long rawDigest(int width) {
        return unsigned(width) << (8 * (8 - width));
    }

    /** Length of an array, none of which is longer than the bytes that are left. */
    public int array() {
        return length(4);
    }

    /** Number of pairs of a map. */
    public int map() {
        int pairs = length(5);
        if (pairs > (end - at) / 2) {
            throw truncated();
        }
        return pairs;
    }

    public boolean bool() {
        int head = next();
        if (head != 0xf4 && head != 0xf5) {
            throw ProtocolException.malformed("Boolean expected");
        }
        return head == 0xf5;
    }

    /** A number that is a float. */
    public double number() {
        if (next() != 0xfb) {
            throw ProtocolException.malformed("Float expected");
        }
        return checkedFloat();
    }

    /** Steps over {@code null} if it is next. */
    public boolean tryNothing() {
        return trySimple(0xf6);
    }

    /** Steps over {@code undefined} if it is next. */
    public boolean tryUndefined() {
        return trySimple(0xf7);
    }

    private boolean trySimple(int code) {
        if (at < end && (source[at] & 0xff) == code) {
            at++;
            return true;
        }
        return false;
    }

    /** Steps over one value and checks that it is canonical and at most so deep. */
    public void value(int depthMax) {
        int head = next();
        switch (head >>> 5) {
            case 0, 1 -> magnitude(head);
            case 2 -> advance(length(head, 1));
            case 3 -> advance(checkedText(length(head, 1)));
            case 4 -> {
                int length = nested(head, depthMax, 1);
                for (int i = 0; i < length; i++) {
                    value(depthMax - 1);
                }
            }
            case 5 -> mapPairs(nested(head, depthMax, 2), depthMax - 1);
            case 6 -> throw ProtocolException.malformed("Tag");
            default -> simple(head);
        }
    }

    private void advance(int bytes) {
        at += bytes;
    }

    private int nested(int head, int depthMax, int itemsEach) {
        if (depthMax == 0) {
            throw ProtocolException.malformed("Nested too deep");
        }
        return length(head, itemsEach);
    }

    private void mapPairs(int pairs, int depthMax) {
        int last = -1;
        int lastLength = 0;
        for (int i = 0; i < pairs; i++) {
            int length = textHead();
            if (last >= 0 && compareText(last, lastLength, at, length) >= 0) {
                throw ProtocolException.malformed("Map keys twice or out of order");
            }
            last = at;
            lastLength = length;
            at += length;
            value(depthMax);
        }
    }

    private int compareText(int a, int aLength, int b, int bLength) {
        return aLength != bLength
                ? aLength - bLength
                : Arrays.compareUnsigned(source, a, a + aLength, source, b, b + bLength);
    }

    private void simple(int head) {
        if (head == 0xfb) {
            checkedFloat();
        } else if (head < 0xf4 || head > 0xf6) {
            throw ProtocolException.malformed("Simple value or float not allowed: " + head);
        }
    }

    private double checkedFloat() {
        double value = Double.longBitsToDouble(unsigned(8));
        boolean whole = Math.abs(value) <= NATURAL_MAX && value == Math.rint(value);
        if (whole || !Double.isFinite(value)) {
            throw ProtocolException.malformed("Float that must not be one: " + value);
        }
        return value;
    }

    /** Steps over one item that need only be well-formed, as RFC 8949 defines it. */
    public void skip() {
        if (skip(Limits.NESTING_MAX)) {
            throw ProtocolException.malformed("Break outside an indefinite length");
        }
    }

    /** Whether the item was the break that ends an indefinite length. */
    private boolean skip(int nesting) {
        if (nesting == 0) {
            throw ProtocolException.malformed("Nested too deep");
        }
        int head = next();
        int major = head >>> 5;
        int info = head & 0x1f;
        if (info == 31) {
            return skipIndefinite(head, nesting);
        }
        if (info > 27) {
            throw ProtocolException.malformed("Reserved bits");
        }
        long argument = info < 24 ? info : unsigned(1 << (info - 24));
        switch (major) {
            case 2, 3 -> advance(bounded(argument, 1));
            case 4, 5 -> {
                int items = bounded(argument, major - 3) * (major - 3);
                for (int i = 0; i < items; i++) {
                    skipInside(nesting);
                }
            }
            case 6 -> skipInside(nesting);
            default -> {
                if (head == 0xf8 && argument < 32) {
                    throw ProtocolException.malformed("Simple value in two bytes");
                }
            }
        }
        return false;
    }

    private void skipInside(int nesting) {
        if (skip(nesting - 1)) {
            throw ProtocolException.malformed("Break in a definite length");
        }
    }

    private boolean skipIndefinite(int head, int nesting) {
        int major = head >>> 5;
        switch (major) {
            case 2, 3 -> {
                while (!trySimple(0xff)) {
                    int chunk = next();
                    if (chunk >>> 5 != major || (chunk & 0x1f) == 31) {
                        throw ProtocolException.malformed("Chunk of another type");
                    }
                    at--;
                    skipInside(nesting);
                }
            }
            case 4 -> {
                while (!skip(nesting - 1)) {
                    // each item of the array
                }
            }
            case 5 -> {
                while (!skip(nesting - 1)) {
                    skipInside(nesting);
                }
            }
            case 7 -> {
                return true;
            }
            default -> throw ProtocolException.malformed("Reserved bits");
        }
        return false;
    }

    private int next() {
        if (at >= end) {
            throw truncated();
        }
        return source[at++] & 0xff;
    }

    private static ProtocolException truncated() {
        return ProtocolException.malformed("Ends in the middle of an item");
    }

    private int length(int major) {
        int head = next();
        if (head >>> 5 != major) {
            throw ProtocolException.malformed("Item of another type than expected");
        }
        return length(head, 1);
    }

    private int length(int head, int itemsEach) {
        return bounded(argument(head), itemsEach);
    }

    /** A declared number of items or bytes, each of which takes a byte at least. */
    private int bounded(long declared, int itemsEach) {
        if (declared < 0 || declared > (end - at) / itemsEach) {
            throw truncated();
        }
        return (int) declared;
    }

    private long magnitude(int head) {
        long argument = argument(head);
        if (argument < 0) {
            throw ProtocolException.malformed("Integer of more than 64 bits");
        }
        return argument;
    }

    /** Argument of a head, refused if it could be shorter. */
    private long argument(int head) {
        int info = head & 0x1f;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw ProtocolException.malformed("Indefinite length or reserved bits");
        }
        int width = 1 << (info - 24);
        long value = unsigned(width);
        boolean shortest = width == 1 ? value >= 24 : value >>> (width * 4) != 0;
        if (!shortest) {
            throw ProtocolException.malformed("Not the shortest form");
        }
        return value;
    }

    private long unsigned(int width) {
        if (end - at < width) {
            throw truncated();
        }
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | (source[at + i] & 0xff);
        }
        at += width;
        return value;
    }
}
