/**
 * A Pekko Persistence plugin on one RocksDB per node: journal, snapshot store, read journal.
 *
 * <p>{@link io.topgun.persistence.rocksdb.RocksPersistence} is the way in. One database has four
 * column families; a key begins with the persistence id, its length first, so that the keys of one
 * id are neighbours and no id's range holds another's.
 *
 * <pre>
 * default    0x00                 version, store id, incarnation
 *            0x01 id              version, highest sequence number, deleted up to
 *            0x02 id              version, sequence number, timestamp, header of the stored rows
 * events     id seq(8)            version and event, see EventCodec
 * snapshots  id seq(8)            version and snapshot, see SnapshotCodec
 * rows       id key               value, as it was given
 * </pre>
 */
@NullMarked
package io.topgun.persistence.rocksdb;

import org.jspecify.annotations.NullMarked;
