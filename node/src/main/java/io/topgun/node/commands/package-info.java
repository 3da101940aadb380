/** Commands that run or ask nodes from outside. */
@NullMarked
package io.topgun.node.commands;

import org.jspecify.annotations.NullMarked;
