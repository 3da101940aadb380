package io.topgun.protocol;

import io.topgun.crdt.Cell;

/** A cell with its place: the map and the key. */
public record Entry(String map, String key, Cell cell) {}
