/** One writes, many get it: a node's subscriptions beside bare broadcasts. */
@NullMarked
package io.topgun.loadtests.fanout;

import org.jspecify.annotations.NullMarked;
