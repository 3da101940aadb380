package io.topgun.protocol;

import io.topgun.crdt.CborItems;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes CBOR in the protocol's deterministic encoding (RFC 8949, 4.2) to an array that grows. */
public final class CborWriter {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] buffer;
    private int size;

    public CborWriter() {
        this(256);
    }

    public CborWriter(int capacity) {
        buffer = new byte[capacity];
    }

    public int size() {
        return size;
    }

    /** The bytes so far, of which {@link #size()} count; valid until the next write. */
    public byte[] buffer() {
        return buffer;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    public void reset() {
        size = 0;
    }

    public CborWriter integer(long value) {
        return value >= 0 ? head(0x00, value) : head(0x20, ~value);
    }

    /** A number that may be whole: what JavaScript would call an integer becomes one. */
    public CborWriter number(double value) {
        if (!Double.isFinite(value)) {
            throw new ProtocolException(ErrorCode.INVALID_VALUE, "Not a finite number: " + value);
        }
        if (Math.abs(value) <= CborReader.NATURAL_MAX && value == Math.rint(value)) {
            return integer((long) value);
        }
        return fixed(0xfb, Double.doubleToRawLongBits(value));
    }

    public CborWriter text(String text) {
        int length = text.length();
        reserve(length + 9);
        int start = size;
        head(0x60, length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                size = start;
                return utf8(text);
            }
            buffer[size + i] = (byte) c;
        }
        size += length;
        return this;
    }

    private CborWriter utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            int point = text.codePointAt(i);
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                throw new ProtocolException(ErrorCode.INVALID_VALUE, "Text with a lone surrogate");
            }
            i += Character.charCount(point) - 1;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        head(0x60, utf8.length);
        return raw(utf8, 0, utf8.length);
    }

    public CborWriter bytes(byte[] bytes) {
        head(0x40, bytes.length);
        return raw(bytes, 0, bytes.length);
    }

    /** Eight bytes, big-endian, as ids of stores are. */
    public CborWriter bytes(long value) {
        return fixed(0x48, value);
    }

    public CborWriter array(int length) {
        return head(0x80, length);
    }

    /** Head of a map; the caller writes the keys in text order. */
    public CborWriter map(int length) {
        return head(0xa0, length);
    }

    public CborWriter bool(boolean value) {
        return simple(value ? 0xf5 : 0xf4);
    }

    /** The simple value {@code null}. */
    public CborWriter nothing() {
        return simple(0xf6);
    }

    /** The simple value {@code undefined}, which stands for removed. */
    public CborWriter undefined() {
        return simple(CborItems.UNDEFINED);
    }

    /** Items that are encoded already. */
    public CborWriter raw(byte[] items, int from, int to) {
        reserve(to - from);
        System.arraycopy(items, from, buffer, size, to - from);
        size += to - from;
        return this;
    }

    CborWriter bytesHead(int length) {
        return head(0x40, length);
    }

    CborWriter rawLong(long value) {
        reserve(8);
        LONG.set(buffer, size, value);
        size += 8;
        return this;
    }

    /** The first {@code width} bytes of a digest. */
    CborWriter rawDigest(long digest, int width) {
        reserve(8);
        LONG.set(buffer, size, digest);
        size += width;
        return this;
    }

    private CborWriter simple(int code) {
        reserve(1);
        buffer[size++] = (byte) code;
        return this;
    }

    private CborWriter fixed(int head, long value) {
        reserve(9);
        buffer[size] = (byte) head;
        LONG.set(buffer, size + 1, value);
        size += 9;
        return this;
    }

    private CborWriter head(int major, long argument) {
        reserve(9);
        if (argument < 24) {
            buffer[size++] = (byte) (major | (int) argument);
        } else if (argument <= 0xff) {
            buffer[size] = (byte) (major | 24);
            buffer[size + 1] = (byte) argument;
            size += 2;
        } else if (argument <= 0xffff) {
            buffer[size] = (byte) (major | 25);
            SHORT.set(buffer, size + 1, (short) argument);
            size += 3;
        } else if (argument <= 0xffff_ffffL) {
            buffer[size] = (byte) (major | 26);
            INT.set(buffer, size + 1, (int) argument);
            size += 5;
        } else {
            fixed(major | 27, argument);
        }
        return this;
    }

    private void reserve(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
        }
    }
}
