package io.topgun.persistence.rocksdb;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** What a {@link RowsSnapshot} left in the store: the last header and all live rows, by key. */
public final class StoredRows {
    private final byte[] header;
    /** Key, value, key, value: half the objects of a list of pairs. */
    private final List<byte[]> rows = new ArrayList<>();

    StoredRows(byte[] header) {
        this.header = header;
    }

    void add(byte[] key, byte[] value) {
        rows.add(key);
        rows.add(value);
    }

    public byte[] header() {
        return header;
    }

    public int size() {
        return rows.size() / 2;
    }

    /** Hands on each row's key and value, in the order of the keys as unsigned bytes. */
    public void forEach(BiConsumer<byte[], byte[]> visitor) {
        for (int i = 0; i < rows.size(); i += 2) visitor.accept(rows.get(i), rows.get(i + 1));
    }
}
