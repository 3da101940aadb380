package io.topgun.node.partition;

import io.topgun.crdt.Murmur3;
import io.topgun.node.cluster.ClusterMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The digests of a replica's maps, for a sibling that compares: none if all are equal, else a run of them in the order of names.
 *
 * @param seq of the replica when it answered
 * @param frontierMs at which it was pruned
 * @param digest of all its maps together
 * @param more whether maps follow behind the last of these
 */
public record Roots(long tag, int partition, long seq, long frontierMs, long digest, List<Root> roots, boolean more)
        implements ClusterMessage {
    public Roots {
        roots = List.copyOf(roots);
    }

    /** A map's digest at depth 0, and the number of its cells. */
    public record Root(String map, long digest, int size) {
        int approximateBytes() {
            return map.length() + 14;
        }
    }

    /** The digests of as many of the maps as there is room for, at least one. */
    static Roots of(int partition, PartitionState state, PartitionReplica.ReadRoots read) {
        long digest = digest(state);
        List<Root> roots = new ArrayList<>();
        boolean more = false;
        if (digest != read.digest()) {
            long bytes = 0;
            for (String map : new TreeSet<>(state.maps()).tailSet(read.after(), false)) {
                if (bytes > read.bytesMax()) {
                    more = true;
                    break;
                }
                Root root = root(state, map);
                roots.add(root);
                bytes += root.approximateBytes();
            }
        }
        return new Roots(read.tag(), partition, state.seq(), state.frontierMs(), digest, roots, more);
    }

    static Root root(PartitionState state, String map) {
        return new Root(map, state.digests(map, 0)[0], state.size(map));
    }

    /** Digest of all maps of a state; equal exactly if the states have the same cells. */
    static long digest(PartitionState state) {
        long digest = 0;
        ByteBuffer pair = ByteBuffer.allocate(2 * Long.BYTES);
        for (String map : state.maps()) {
            pair.putLong(0, Murmur3.hash(map)).putLong(Long.BYTES, state.digests(map, 0)[0]);
            digest ^= Murmur3.hash(pair.array(), 0, pair.capacity());
        }
        return digest;
    }
}
