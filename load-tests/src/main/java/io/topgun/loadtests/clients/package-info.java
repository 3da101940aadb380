/** The client measured beside others: in Node on its way from nothing to everything, and in Chromium. */
@NullMarked
package io.topgun.loadtests.clients;

import org.jspecify.annotations.NullMarked;
