/** Everything that reads bytes from outside, given bytes that are not what they should be: {@code ./topgun fuzz}. */
@NullMarked
package io.topgun.node.fuzz;

import org.jspecify.annotations.NullMarked;
