/** Which node holds which replica slot: the rule, and its way into cluster sharding. */
@NullMarked
package io.topgun.node.placement;

import org.jspecify.annotations.NullMarked;
