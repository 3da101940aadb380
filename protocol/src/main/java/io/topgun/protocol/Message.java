package io.topgun.protocol;

import io.topgun.crdt.Partitions;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Everything that crosses a connection, one record for each type, elements in the order of the wire. */
public sealed interface Message {

    /** First message of a client. */
    record Hello(int minVersion, int maxVersion, String writer, Optional<String> token, long clockMs, String agent)
            implements Message {
        /** That of a client which speaks this version and no other. */
        public static Hello of(String writer, Optional<String> token, long clockMs, String agent) {
            return new Hello(MessageCodec.VERSION, MessageCodec.VERSION, writer, token, clockMs, agent);
        }
    }

    /**
     * Operations of a client. {@code rejections} are those that were wrong in themselves, found while
     * decoding; they are not written.
     */
    record Ops(Level level, List<Op> ops, List<Rejection> rejections) implements Message {
        public Ops {
            ops = List.copyOf(ops);
            rejections = List.copyOf(rejections);
        }
    }

    /** Wants all changes of some maps, from these positions by partition. */
    record Subscribe(long subId, List<String> maps, Map<Integer, Position> positions) implements Message {
        public Subscribe {
            maps = List.copyOf(maps);
            positions = Collections.unmodifiableMap(new HashMap<>(positions));
            for (int partition : positions.keySet()) {
                if (partition < 0 || partition >= Partitions.COUNT) {
                    throw new IllegalArgumentException("No such partition");
                }
            }
        }
    }

    record Unsubscribe(long subId) implements Message {}

    /**
     * Wants digests at a depth, or of some buckets of that depth the cells or, with a width, what their digests begin with.
     */
    record Fetch(long subId, String map, int partition, int depth, List<Integer> buckets, OptionalInt width)
            implements Message {
        public Fetch {
            buckets = List.copyOf(buckets);
            width.ifPresent(Prefixes::checkWidth);
        }

        public Fetch(long subId, String map, int partition, int depth, List<Integer> buckets) {
            this(subId, map, partition, depth, buckets, OptionalInt.empty());
        }
    }

    /** Wants the cells of some buckets whose digests begin so. */
    record Pick(long subId, String map, int partition, int depth, int width, List<Prefixes> buckets)
            implements Message {
        public Pick {
            buckets = List.copyOf(buckets);
            Prefixes.checkCut(buckets, width);
        }
    }

    record Ping(long id) implements Message {}

    record Pong(long id, long clockMs) implements Message {}

    /** Answer to {@link Hello}. */
    record Welcome(
            int version,
            long serverMs,
            String nodeId,
            int partitions,
            Level defaultLevel,
            Level highestLevel,
            Limits limits)
            implements Message {}

    /** Names a store, so that later messages can say {@code ref}. */
    record Store(int ref, long storeId, long incarnation) implements Message {}

    /** Operations that have reached a level, and those that will not. */
    record Ack(Level level, List<Run> runs, List<Rejection> rejections, long serverMs) implements Message {
        public Ack {
            runs = List.copyOf(runs);
            rejections = List.copyOf(rejections);
        }
    }

    /** What changed behind the client's position, a chunk of one partition. */
    record Snapshot(
            long subId, int partition, int ref, long seq, boolean more, List<Entry> entries, OptionalLong frontierMs)
            implements Message {
        public Snapshot {
            entries = List.copyOf(entries);
        }
    }

    /** Every partition of a subscription has been sent once. */
    record Synced(long subId) implements Message {}

    /** Live changes of a partition. */
    record Delta(int partition, int ref, long seq, List<Entry> entries) implements Message {
        public Delta {
            entries = List.copyOf(entries);
        }
    }

    /** Digests of the 16^depth buckets of a map in a partition, each cut to its first {@code width} bytes. */
    record Digest(
            long subId,
            String map,
            int partition,
            int ref,
            long seq,
            int depth,
            int width,
            List<Long> digests,
            OptionalLong frontierMs)
            implements Message {
        public Digest {
            digests = Prefixes.cut(digests, width);
            if (digests.size() != 1 << (4 * depth)) {
                throw new IllegalArgumentException(digests.size() + " digests at depth " + depth);
            }
        }
    }

    /** Every cell of some buckets. */
    record Buckets(long subId, String map, int partition, int depth, List<Integer> buckets, List<Entry> entries)
            implements Message {
        public Buckets {
            buckets = List.copyOf(buckets);
            entries = List.copyOf(entries);
        }
    }

    /** The replica has pruned a partition, as the change with this number. */
    record Frontier(int partition, int ref, long seq, long frontierMs) implements Message {}

    /** What the digests of the cells of some buckets begin with. */
    record Keys(long subId, String map, int partition, int depth, int width, List<Prefixes> buckets)
            implements Message {
        public Keys {
            buckets = List.copyOf(buckets);
            Prefixes.checkCut(buckets, width);
        }
    }

    /** The cells of some buckets whose digests begin so. */
    record Cells(
            long subId, String map, int partition, int depth, int width, List<Prefixes> buckets, List<Entry> entries)
            implements Message {
        public Cells {
            buckets = List.copyOf(buckets);
            entries = List.copyOf(entries);
            Prefixes.checkCut(buckets, width);
        }
    }

    /** The addresses under which clients reach the cluster's nodes, as {@code http://10.0.0.1:8080}; they take the place of earlier ones. */
    record Nodes(List<String> urls) implements Message {
        public Nodes {
            urls = List.copyOf(urls);
        }
    }

    /** What went wrong, and with which subscription, if with one. */
    @SuppressWarnings("AvoidCommonTypeNames") // the name on the wire
    record Error(ErrorCode code, String text, OptionalLong about) implements Message {}

    /** A message of a type this version does not know; never sent. */
    record Unknown(long type) implements Message {}

    /**
     * A message that is well-formed but cannot be carried out, to be answered with an {@link Error} of
     * the same content; never sent.
     */
    record Refused(ErrorCode code, String text, OptionalLong about) implements Message {}
}
