package io.topgun.protocol;

import io.topgun.crdt.DigestTree;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.TextOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads the messages of a frame one by one; elements behind those it knows are stepped over. */
final class MessageReader {
    private static final OptionalLong NOTHING = OptionalLong.empty();

    private final CborReader in;
    private final Limits limits;
    /** Elements of the message behind those it must have. */
    private int more;

    MessageReader(CborReader in, Limits limits) {
        this.in = in;
        this.limits = limits;
    }

    boolean hasNext() {
        return !in.atEnd();
    }

    Message read() {
        int start = in.position();
        int length = in.array();
        if (length == 0) {
            throw ProtocolException.malformed("Message without a type");
        }
        long type = in.safeInteger();
        int known = known(type);
        if (length <= known) {
            throw ProtocolException.malformed("Message " + type + " of " + length + " elements");
        }
        more = length - 1 - known;
        Message message = known < 0 ? new Message.Unknown(type) : body((int) type);
        if (message instanceof Message.Refused || known < 0) {
            in.seek(start);
            in.skip();
        } else {
            for (; more > 0; more--) {
                in.skip();
            }
        }
        return message;
    }

    /** Whether there is an optional element that has not been read; the caller reads it. */
    private boolean hasOptional() {
        return more-- > 0;
    }

    /** Least number of elements behind the type; -1 for an unknown type. */
    private static int known(long type) {
        return switch ((int) Math.max(-1, Math.min(type, 32))) {
            case MessageCodec.UNSUBSCRIBE, MessageCodec.PING, MessageCodec.SYNCED, MessageCodec.NODES -> 1;
            case MessageCodec.PONG -> 2;
            case MessageCodec.OPS, MessageCodec.SUBSCRIBE, MessageCodec.STORE, MessageCodec.ERROR -> 3;
            case MessageCodec.ACK, MessageCodec.DELTA, MessageCodec.FRONTIER -> 4;
            case MessageCodec.FETCH -> 5;
            case MessageCodec.HELLO,
                    MessageCodec.SNAPSHOT,
                    MessageCodec.BUCKETS,
                    MessageCodec.PICK,
                    MessageCodec.KEYS -> 6;
            case MessageCodec.WELCOME, MessageCodec.DIGEST, MessageCodec.CELLS -> 7;
            default -> -1;
        };
    }

    private Message body(int type) {
        return switch (type) {
            case MessageCodec.HELLO -> hello();
            case MessageCodec.OPS -> OpsReader.read(in, limits, level(), runs());
            case MessageCodec.SUBSCRIBE -> subscribe();
            case MessageCodec.UNSUBSCRIBE -> new Message.Unsubscribe(in.natural());
            case MessageCodec.FETCH -> fetch();
            case MessageCodec.PING -> new Message.Ping(in.natural());
            case MessageCodec.PONG -> new Message.Pong(in.natural(), ms());
            case MessageCodec.WELCOME -> welcome();
            case MessageCodec.STORE -> new Message.Store(ref(), in.bytesAsLong(), in.natural());
            case MessageCodec.ACK -> new Message.Ack(level(), runs(), rejections(), ms());
            case MessageCodec.SNAPSHOT ->
                new Message.Snapshot(
                        in.natural(), partition(), ref(), in.natural(), in.bool(), BlockCodec.read(in), frontier());
            case MessageCodec.SYNCED -> new Message.Synced(in.natural());
            case MessageCodec.DELTA -> new Message.Delta(partition(), ref(), in.natural(), BlockCodec.read(in));
            case MessageCodec.DIGEST -> digest();
            case MessageCodec.BUCKETS -> buckets();
            case MessageCodec.FRONTIER -> new Message.Frontier(partition(), ref(), in.natural(), ms());
            case MessageCodec.PICK -> pick();
            case MessageCodec.KEYS -> keys();
            case MessageCodec.CELLS -> cells();
            case MessageCodec.NODES -> nodes();
            default -> error();
        };
    }

    private long ms() {
        return in.natural(Stamp.MS_MAX);
    }

    private int ref() {
        return (int) in.natural(Integer.MAX_VALUE);
    }

    private int partition() {
        return (int) in.natural(Partitions.COUNT - 1);
    }

    private OptionalLong frontier() {
        return hasOptional() ? OptionalLong.of(ms()) : NOTHING;
    }

    private int depth() {
        return (int) in.natural(DigestTree.DEPTH_MAX);
    }

    private Level level() {
        return Level.of(in.natural());
    }

    private String mapName() {
        String map = SharedNames.INSTANCE.text(in);
        if (!MapNames.isValid(map, limits)) {
            throw ProtocolException.malformed("Not a map name");
        }
        return map;
    }

    private Message hello() {
        int minVersion = (int) in.natural(Integer.MAX_VALUE);
        int maxVersion = (int) in.natural(Integer.MAX_VALUE);
        String writer = in.text();
        if (!Stamp.isWriter(writer)) {
            throw ProtocolException.malformed("Not a writer id");
        }
        Optional<String> token = in.tryNothing() ? Optional.empty() : Optional.of(in.text());
        return new Message.Hello(minVersion, maxVersion, writer, token, ms(), in.text());
    }

    private List<Run> runs() {
        int length = in.array();
        if ((length & 1) != 0) {
            throw ProtocolException.malformed("Run without a count");
        }
        List<Run> runs = new ArrayList<>(length / 2);
        for (int i = 0; i < length; i += 2) {
            long first = in.natural();
            long count = in.natural();
            if (count == 0 || first + count - 1 > CborReader.NATURAL_MAX) {
                throw ProtocolException.malformed("Run out of range");
            }
            runs.add(new Run(first, count));
        }
        return runs;
    }

    private Message nodes() {
        int count = in.array();
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            urls.add(in.text());
        }
        return new Message.Nodes(urls);
    }

    private Message subscribe() {
        long subId = in.natural();
        int count = in.array();
        if (count > limits.mapsPerSubscribeMax()) {
            return new Message.Refused(ErrorCode.TOO_MANY, count + " maps", OptionalLong.of(subId));
        }
        List<String> maps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String map = SharedNames.INSTANCE.text(in);
            if (!MapNames.isValid(map, limits)) {
                return new Message.Refused(ErrorCode.INVALID_MAP_NAME, "Not a map name", OptionalLong.of(subId));
            }
            maps.add(map);
        }
        return new Message.Subscribe(subId, maps, in.tryNothing() ? Map.of() : positions());
    }

    private Map<Integer, Position> positions() {
        Map<Integer, Position> positions = new HashMap<>();
        int stores = in.array();
        for (int i = 0; i < stores; i++) {
            if (in.array() != 3) {
                throw ProtocolException.malformed("Position of another form");
            }
            long storeId = in.bytesAsLong();
            long incarnation = in.natural();
            int length = in.array();
            if ((length & 1) != 0) {
                throw ProtocolException.malformed("Partition without a position");
            }
            for (int j = 0; j < length; j += 2) {
                int partition = partition();
                Position position = new Position(storeId, incarnation, in.natural());
                if (positions.put(partition, position) != null) {
                    throw ProtocolException.malformed("Two positions of partition " + partition);
                }
            }
        }
        return positions;
    }

    private Message fetch() {
        long subId = in.natural();
        String map = mapName();
        int partition = partition();
        int depth = depth();
        List<Integer> buckets = bucketNumbers(depth);
        OptionalInt width = hasOptional() ? OptionalInt.of(width()) : OptionalInt.empty();
        return new Message.Fetch(subId, map, partition, depth, buckets, width);
    }

    private int width() {
        int width = (int) in.natural(Prefixes.WIDTH_MAX);
        if (width == 0) {
            throw ProtocolException.malformed("Width of 0 bytes");
        }
        return width;
    }

    private List<Integer> bucketNumbers(int depth) {
        int count = in.array();
        List<Integer> buckets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            buckets.add(bucketNumber(depth));
        }
        return buckets;
    }

    private int bucketNumber(int depth) {
        return (int) in.natural((1 << (4 * depth)) - 1);
    }

    private Message pick() {
        long subId = in.natural();
        String map = mapName();
        int partition = partition();
        int depth = depth();
        int width = width();
        return new Message.Pick(subId, map, partition, depth, width, prefixes(depth, width));
    }

    private Message keys() {
        long subId = in.natural();
        String map = mapName();
        int partition = partition();
        int depth = depth();
        int width = width();
        return new Message.Keys(subId, map, partition, depth, width, prefixes(depth, width));
    }

    private Message cells() {
        long subId = in.natural();
        String map = mapName();
        int partition = partition();
        int depth = depth();
        int width = width();
        List<Prefixes> prefixes = prefixes(depth, width);
        return new Message.Cells(subId, map, partition, depth, width, prefixes, BlockCodec.read(in));
    }

    private List<Prefixes> prefixes(int depth, int width) {
        int length = in.array();
        if ((length & 1) != 0) {
            throw ProtocolException.malformed("Bucket without prefixes");
        }
        List<Prefixes> buckets = new ArrayList<>(length / 2);
        for (int i = 0; i < length; i += 2) {
            int bucket = bucketNumber(depth);
            int bytes = in.bytesHead();
            if (bytes % width != 0) {
                throw ProtocolException.malformed(bytes + " bytes of prefixes of " + width);
            }
            buckets.add(new Prefixes(bucket, ascending(bytes / width, width)));
        }
        return buckets;
    }

    private List<Long> ascending(int count, int width) {
        List<Long> prefixes = new ArrayList<>(count);
        long last = 0;
        for (int i = 0; i < count; i++) {
            long prefix = in.rawDigest(width);
            if (Long.compareUnsigned(last, prefix) > 0) {
                throw ProtocolException.malformed("Prefixes out of order");
            }
            prefixes.add(prefix);
            last = prefix;
        }
        return prefixes;
    }

    private Message welcome() {
        int version = (int) in.natural(Integer.MAX_VALUE);
        long serverMs = ms();
        String nodeId = in.text();
        int partitions = (int) in.natural(Integer.MAX_VALUE);
        return new Message.Welcome(version, serverMs, nodeId, partitions, level(), level(), namedLimits());
    }

    private Limits namedLimits() {
        int count = in.map();
        Map<String, Integer> named = new HashMap<>();
        String last = "";
        for (int i = 0; i < count; i++) {
            String name = in.text();
            if (i > 0 && TextOrder.compare(last, name) >= 0) {
                throw ProtocolException.malformed("Limits twice or out of order");
            }
            last = name;
            int limit = (int) in.natural(Integer.MAX_VALUE);
            if (limit == 0) {
                throw ProtocolException.malformed("Limit of 0");
            }
            named.put(name, limit);
        }
        try {
            return Limits.fromMap(named);
        } catch (IllegalArgumentException e) {
            throw ProtocolException.malformed("Limit out of range");
        }
    }

    private List<Rejection> rejections() {
        int count = in.array();
        List<Rejection> rejections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (in.array() != 3) {
                throw ProtocolException.malformed("Rejection of another form");
            }
            rejections.add(new Rejection(in.natural(), code(), in.text()));
        }
        return rejections;
    }

    private ErrorCode code() {
        String name = in.text();
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return ErrorCode.REFUSED;
    }

    private Message digest() {
        long subId = in.natural();
        String map = mapName();
        int partition = partition();
        int ref = ref();
        long seq = in.natural();
        int depth = depth();
        int count = 1 << (4 * depth);
        int bytes = in.bytesHead();
        int width = bytes / count;
        if (width < 1 || width > Prefixes.WIDTH_MAX || bytes % count != 0) {
            throw ProtocolException.malformed("Not as many digests as the depth has buckets");
        }
        List<Long> digests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            digests.add(in.rawDigest(width));
        }
        return new Message.Digest(subId, map, partition, ref, seq, depth, width, digests, frontier());
    }

    private Message buckets() {
        long subId = in.natural();
        String map = mapName();
        int partition = partition();
        int depth = depth();
        return new Message.Buckets(subId, map, partition, depth, bucketNumbers(depth), BlockCodec.read(in));
    }

    private Message error() {
        ErrorCode code = code();
        String text = in.text();
        return new Message.Error(code, text, in.tryNothing() ? NOTHING : OptionalLong.of(in.natural()));
    }
}
