/** What TopGun is measured beside, as processes that a run starts and stops. */
@NullMarked
package io.topgun.loadtests.peers;

import org.jspecify.annotations.NullMarked;
