/**
 * The frame of {@code ./topgun bench}: a {@link io.topgun.loadtests.bench.Scenario} puts TopGun and its peers under the same
 * load in turns, {@link io.topgun.loadtests.bench.Runner} takes the samples, and what comes out is a table, JSON and a page.
 */
@NullMarked
package io.topgun.loadtests.bench;

import org.jspecify.annotations.NullMarked;
