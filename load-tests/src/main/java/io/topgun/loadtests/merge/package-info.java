/** What merging costs, digests included, in Java and beside Yjs in Node: {@code ./topgun bench merge}. */
@NullMarked
package io.topgun.loadtests.merge;

import org.jspecify.annotations.NullMarked;
