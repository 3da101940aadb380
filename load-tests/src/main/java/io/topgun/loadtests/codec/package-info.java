/** The codec beside others, on the same delta and the same batch: {@code ./topgun bench codec}. */
@NullMarked
package io.topgun.loadtests.codec;

import org.jspecify.annotations.NullMarked;
