package io.topgun.node.partition;

import io.topgun.protocol.Entry;
import java.util.List;
import java.util.Set;

/** A change that is synced in a replica's journal, on its way to the subscribers; the block is shared by all of them. */
@SuppressWarnings("ArrayRecordComponent") // shared bytes, never changed and never compared
public record Change(int partition, long seq, Set<String> maps, List<Entry> entries, byte[] block) {}
