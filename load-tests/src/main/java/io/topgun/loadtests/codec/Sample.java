package io.topgun.loadtests.codec;

/** One codec on one batch in one round, in ns of processor time per batch. */
record Sample(String language, String codec, int ops, double writeNanos, double readNanos, int bytes) {}
