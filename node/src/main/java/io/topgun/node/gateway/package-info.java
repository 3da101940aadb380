/** HTTP and WebSocket entry: routes, sessions, outboxes. */
@NullMarked
package io.topgun.node.gateway;

import org.jspecify.annotations.NullMarked;
