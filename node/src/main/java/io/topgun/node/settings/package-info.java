/** Validated configuration. */
@NullMarked
package io.topgun.node.settings;

import org.jspecify.annotations.NullMarked;
