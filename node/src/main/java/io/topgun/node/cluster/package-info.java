/** Which nodes there are, and which of them has which partition in what state. */
@NullMarked
package io.topgun.node.cluster;

import org.jspecify.annotations.NullMarked;
