package io.topgun.protocol;

/** Place in a replica's log: all changes up to {@code seq} of that store are merged. */
public record Position(long storeId, long incarnation, long seq) {}
