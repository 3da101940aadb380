/** Durable writes: a node through sockets beside its replicas alone and RocksDB alone. */
@NullMarked
package io.topgun.loadtests.write;

import org.jspecify.annotations.NullMarked;
