/** Replicas of partitions: the pure state, the persistent actor around it, and what keeps all of them running. */
@NullMarked
package io.topgun.node.partition;

import org.jspecify.annotations.NullMarked;
