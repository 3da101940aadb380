package io.topgun.persistence.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Builds the value of one row; grows as needed. */
final class RecordWriter {
    private ByteBuffer out;

    RecordWriter(int bytesExpected) {
        out = ByteBuffer.allocate(bytesExpected);
    }

    RecordWriter int8(int value) {
        room(Byte.BYTES).put((byte) value);
        return this;
    }

    RecordWriter int32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    RecordWriter int64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    /** A text with its length before it. */
    RecordWriter text(String value) {
        return sized(value.getBytes(UTF_8));
    }

    /** Bytes with their length before them. */
    RecordWriter sized(byte[] value) {
        int32(value.length);
        return rest(value);
    }

    /** Bytes without their length, of which the reader must know. */
    RecordWriter rest(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    byte[] toBytes() {
        return out.position() == out.capacity() ? out.array() : Arrays.copyOf(out.array(), out.position());
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            int size = Math.max(out.capacity() * 2, Math.addExact(out.position(), bytes));
            out = ByteBuffer.wrap(Arrays.copyOf(out.array(), size)).position(out.position());
        }
        return out;
    }
}
