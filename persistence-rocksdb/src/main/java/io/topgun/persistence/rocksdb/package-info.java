/** A Pekko Persistence plugin on RocksDB: journal, snapshot store, read journal. */
@NullMarked
package io.topgun.persistence.rocksdb;

import org.jspecify.annotations.NullMarked;
