/** The import command: a file of JSON rows into a map, over the protocol that every client speaks. */
@NullMarked
package io.topgun.node.imports;

import org.jspecify.annotations.NullMarked;
