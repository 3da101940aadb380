package io.topgun.persistence.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The column families; {@code default} is the one that RocksDB always has. */
enum Column {
    META("default"),
    EVENTS("events"),
    SNAPSHOTS("snapshots"),
    ROWS("rows");

    private final String familyName;

    Column(String familyName) {
        this.familyName = familyName;
    }

    byte[] family() {
        return familyName.getBytes(UTF_8);
    }
}
