package io.topgun.protocol;

import io.topgun.crdt.Cell;

/** A client's operation: a small state to merge into one entry, under an id the client chose. */
public record Op(long id, String map, String key, Cell delta) {}
