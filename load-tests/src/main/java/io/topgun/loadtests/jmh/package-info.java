/** What the micro-benchmarks share. */
@NullMarked
package io.topgun.loadtests.jmh;

import org.jspecify.annotations.NullMarked;
