/** How long a node takes to have everything again after a crash. */
@NullMarked
package io.topgun.loadtests.recover;

import org.jspecify.annotations.NullMarked;
