/** The server: partition replicas, gateway, hub, settings. */
@NullMarked
package io.topgun.node;

import org.jspecify.annotations.NullMarked;
