/** The messages between clients and nodes, their codec, limits and error codes. */
@NullMarked
package io.topgun.protocol;

import org.jspecify.annotations.NullMarked;
