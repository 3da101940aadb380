/** Writes under a closed and an open loop: a node through its sockets beside other stores and the bare lines. */
@NullMarked
package io.topgun.loadtests.write;

import org.jspecify.annotations.NullMarked;
