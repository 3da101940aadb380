/** Fan-out of a replica's changes to the sessions that subscribe to the maps. */
@NullMarked
package io.topgun.node.hub;

import org.jspecify.annotations.NullMarked;
