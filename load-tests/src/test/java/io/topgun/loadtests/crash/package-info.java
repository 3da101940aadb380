/** A node that is killed again and again under load, and the proof that it loses nothing. */
@NullMarked
package io.topgun.loadtests.crash;

import org.jspecify.annotations.NullMarked;
