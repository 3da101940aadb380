/** Clocks, cells, digests and the partition hash: pure functions, no I/O, no clock of their own. */
@NullMarked
package io.topgun.crdt;

import org.jspecify.annotations.NullMarked;
