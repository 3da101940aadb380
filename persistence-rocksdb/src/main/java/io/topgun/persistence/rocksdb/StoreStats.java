package io.topgun.persistence.rocksdb;

/**
 * What the store has committed since it was opened.
 *
 * @param commits synced commits
 * @param writes requests in them: an event or an atomic group, a deletion, a snapshot
 * @param bytes of keys and values, about
 * @param nanos spent in commits, syncs included
 */
public record StoreStats(long commits, long writes, long bytes, long nanos) {}
