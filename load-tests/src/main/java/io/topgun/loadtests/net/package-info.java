/** The generators' sockets: one thread reads those of all contenders in the same way, so that none is at the mercy of its own client. */
@NullMarked
package io.topgun.loadtests.net;

import org.jspecify.annotations.NullMarked;
