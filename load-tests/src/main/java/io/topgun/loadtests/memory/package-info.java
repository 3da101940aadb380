/** What an entry takes in memory. */
@NullMarked
package io.topgun.loadtests.memory;

import org.jspecify.annotations.NullMarked;
