/** Benchmarks and fault runs against real node processes. */
@NullMarked
package io.topgun.loadtests;

import org.jspecify.annotations.NullMarked;
