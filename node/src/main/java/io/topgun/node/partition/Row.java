package io.topgun.node.partition;

import io.topgun.crdt.Cell;

/** A cell as a replica holds it, with the number of the change that last touched it. */
record Row(Cell cell, long seq) {}
