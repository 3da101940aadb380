package io.topgun.loadtests.crash;

/** Where a cell is: its map and key. */
record Place(String map, String key) {}
