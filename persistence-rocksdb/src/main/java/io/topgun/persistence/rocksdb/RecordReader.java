package io.topgun.persistence.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.nio.ByteBuffer;

/** Reads the value of one row, the counterpart of {@link RecordWriter}; too short is CORRUPT. */
final class RecordReader {
    private final ByteBuffer in;

    RecordReader(byte[] value, int version) {
        in = ByteBuffer.wrap(value);
        int found = int8();
        if (found != version)
            throw new RocksStoreException(Reason.FORMAT, "a row has version " + found + ", not " + version);
    }

    int int8() {
        return has(Byte.BYTES).get() & 0xFF;
    }

    int int32() {
        return has(Integer.BYTES).getInt();
    }

    long int64() {
        return has(Long.BYTES).getLong();
    }

    String text() {
        int length = length();
        String text = new String(in.array(), in.position(), length, UTF_8);
        in.position(in.position() + length);
        return text;
    }

    byte[] sized() {
        return bytes(length());
    }

    byte[] rest() {
        return bytes(in.remaining());
    }

    private int length() {
        int length = int32();
        if (length < 0) throw corrupt();
        has(length);
        return length;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private ByteBuffer has(int bytes) {
        if (in.remaining() < bytes) throw corrupt();
        return in;
    }

    private RocksStoreException corrupt() {
        return new RocksStoreException(Reason.CORRUPT, "a row ends too early, at byte " + in.position());
    }
}
