package io.topgun.node.cluster;

/** What nodes send each other; bound to a binary form in {@code reference.conf}, so that Java serialization can stay off. */
public interface ClusterMessage {}
