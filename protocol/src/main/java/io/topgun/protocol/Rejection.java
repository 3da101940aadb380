package io.topgun.protocol;

/** Why one operation was not carried out. */
public record Rejection(long opId, ErrorCode code, String text) {}
