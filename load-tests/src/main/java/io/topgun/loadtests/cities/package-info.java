/** A real data set: how long it takes to import, to recover and to show, and what it takes in memory. */
@NullMarked
package io.topgun.loadtests.cities;

import org.jspecify.annotations.NullMarked;
