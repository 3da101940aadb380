package io.topgun.persistence.rocksdb;

import org.rocksdb.RocksDBException;

/** The write of one ordinary snapshot, which takes the place of one with the same sequence number. */
final class SaveObject extends Write {
    private final byte[] key;
    private final byte[] value;

    SaveObject(byte[] key, byte[] value, Outcome outcome) {
        super(outcome);
        this.key = key;
        this.value = value;
    }

    @Override
    long bytes() {
        return (long) key.length + value.length;
    }

    @Override
    void addTo(Batch batch) throws RocksDBException {
        batch.put(Column.SNAPSHOTS, key, value);
    }
}
