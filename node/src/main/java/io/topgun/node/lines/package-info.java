/** Parts of a node run alone, as a line that the whole of it is measured beside. */
@NullMarked
package io.topgun.node.lines;

import org.jspecify.annotations.NullMarked;
