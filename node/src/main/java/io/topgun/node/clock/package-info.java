/** The node's clock, and whether it can be trusted to order writes. */
@NullMarked
package io.topgun.node.clock;

import org.jspecify.annotations.NullMarked;
