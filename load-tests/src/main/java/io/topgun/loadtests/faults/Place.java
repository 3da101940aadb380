package io.topgun.loadtests.faults;

/** Where a cell is: its map and key. */
record Place(String map, String key) {}
