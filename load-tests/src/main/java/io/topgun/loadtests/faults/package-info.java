/** Real nodes under load and under faults, and the proof that they lose, invent and take back nothing: {@code ./topgun faults}. */
@NullMarked
package io.topgun.loadtests.faults;

import org.jspecify.annotations.NullMarked;
