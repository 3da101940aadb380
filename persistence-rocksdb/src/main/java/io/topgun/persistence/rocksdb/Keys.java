package io.topgun.persistence.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The keys of the database. The id's length comes first: no id's prefix is that of another. */
final class Keys {
    static final int ID_BYTES_MAX = 0xFFFF;
    static final byte[] STORE = {0};
    static final byte SEQUENCE = 1;
    static final byte ROWS_HEADER = 2;

    private static final byte[] NO_TAG = {};

    private Keys() {}

    static byte[] prefix(String persistenceId) {
        return tagged(NO_TAG, persistenceId, 0);
    }

    static byte[] meta(byte tag, String persistenceId) {
        return tagged(new byte[] {tag}, persistenceId, 0);
    }

    /** The key of an event or of an ordinary snapshot. */
    static byte[] numbered(String persistenceId, long sequenceNr) {
        byte[] key = tagged(NO_TAG, persistenceId, Long.BYTES);
        ByteBuffer.wrap(key).putLong(key.length - Long.BYTES, sequenceNr);
        return key;
    }

    static byte[] row(byte[] prefix, byte[] key) {
        byte[] whole = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, whole, prefix.length, key.length);
        return whole;
    }

    /** The first key behind all that begin with a prefix. Its last byte, a tag or UTF-8, is never 255. */
    static byte[] behind(byte[] prefix) {
        byte[] end = prefix.clone();
        end[end.length - 1]++;
        return end;
    }

    static long sequenceNr(byte[] numberedKey) {
        return ByteBuffer.wrap(numberedKey).getLong(numberedKey.length - Long.BYTES);
    }

    static String idOfMeta(byte[] metaKey) {
        return new String(metaKey, 1 + Short.BYTES, metaKey.length - 1 - Short.BYTES, UTF_8);
    }

    private static byte[] tagged(byte[] tag, String persistenceId, int tail) {
        byte[] id = persistenceId.getBytes(UTF_8);
        if (id.length == 0 || id.length > ID_BYTES_MAX)
            throw new RocksStoreException(Reason.BAD_ID, "a persistence id has 1 to 65535 bytes, not " + id.length);
        byte[] key = new byte[tag.length + Short.BYTES + id.length + tail];
        System.arraycopy(tag, 0, key, 0, tag.length);
        key[tag.length] = (byte) (id.length >>> 8);
        key[tag.length + 1] = (byte) id.length;
        System.arraycopy(id, 0, key, tag.length + Short.BYTES, id.length);
        return key;
    }
}
