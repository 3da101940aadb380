/** What it costs a client whose positions are good nowhere to find out what differs. */
@NullMarked
package io.topgun.loadtests.digest;

import org.jspecify.annotations.NullMarked;
