package io.topgun.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes messages, each an array that begins with its type. */
final class MessageWriter {
    private final CborWriter out;

    MessageWriter(CborWriter out) {
        this.out = out;
    }

    void write(Message message) {
        switch (message) {
            case Message.Hello m -> hello(m);
            case Message.Ops m -> ops(m);
            case Message.Subscribe m -> subscribe(m);
            case Message.Unsubscribe m -> head(MessageCodec.UNSUBSCRIBE, 1).integer(m.subId());
            case Message.Fetch m -> fetch(m);
            case Message.Ping m -> head(MessageCodec.PING, 1).integer(m.id());
            case Message.Pong m -> head(MessageCodec.PONG, 2).integer(m.id()).integer(m.clockMs());
            case Message.Welcome m -> welcome(m);
            case Message.Store m ->
                head(MessageCodec.STORE, 3).integer(m.ref()).bytes(m.storeId()).integer(m.incarnation());
            case Message.Ack m -> ack(m);
            case Message.Snapshot m -> snapshot(m);
            case Message.Synced m -> head(MessageCodec.SYNCED, 1).integer(m.subId());
            case Message.Delta m -> delta(m);
            case Message.Digest m -> digest(m);
            case Message.Buckets m -> buckets(m);
            case Message.Error m -> error(m);
            case Message.Frontier m ->
                head(MessageCodec.FRONTIER, 4)
                        .integer(m.partition())
                        .integer(m.ref())
                        .integer(m.seq())
                        .integer(m.frontierMs());
            case Message.Pick m -> {
                head(MessageCodec.PICK, 6);
                prefixes(m.subId(), m.map(), m.partition(), m.depth(), m.width(), m.buckets());
            }
            case Message.Keys m -> {
                head(MessageCodec.KEYS, 6);
                prefixes(m.subId(), m.map(), m.partition(), m.depth(), m.width(), m.buckets());
            }
            case Message.Cells m -> {
                head(MessageCodec.CELLS, 7);
                prefixes(m.subId(), m.map(), m.partition(), m.depth(), m.width(), m.buckets());
                BlockCodec.write(out, m.entries());
            }
            case Message.Nodes m -> {
                head(MessageCodec.NODES, 1).array(m.urls().size());
                m.urls().forEach(out::text);
            }
            case Message.Unknown m -> throw new IllegalArgumentException("Not to be sent: " + m);
            case Message.Refused m -> throw new IllegalArgumentException("Not to be sent: " + m);
        }
    }

    private CborWriter head(int type, int elements) {
        return out.array(1 + elements).integer(type);
    }

    private void hello(Message.Hello m) {
        head(MessageCodec.HELLO, 6)
                .integer(m.minVersion())
                .integer(m.maxVersion())
                .text(m.writer());
        m.token().ifPresentOrElse(out::text, out::nothing);
        out.integer(m.clockMs()).text(m.agent());
    }

    private void ops(Message.Ops m) {
        head(MessageCodec.OPS, 3).integer(m.level().id());
        long[] ids = new long[m.ops().size()];
        List<Entry> entries = new ArrayList<>(ids.length);
        for (int i = 0; i < ids.length; i++) {
            Op op = m.ops().get(i);
            ids[i] = op.id();
            entries.add(new Entry(op.map(), op.key(), op.delta()));
        }
        runs(Run.of(ids));
        BlockCodec.write(out, entries);
    }

    private void runs(List<Run> runs) {
        out.array(2 * runs.size());
        for (Run run : runs) {
            out.integer(run.first()).integer(run.count());
        }
    }

    private void subscribe(Message.Subscribe m) {
        head(MessageCodec.SUBSCRIBE, 3).integer(m.subId()).array(m.maps().size());
        m.maps().forEach(out::text);
        if (m.positions().isEmpty()) {
            out.nothing();
        } else {
            positions(m.positions());
        }
    }

    private record StoreKey(long storeId, long incarnation) {}

    private record Place(int partition, long seq) {}

    /** Stores in order of first use; partitions ascend. */
    private void positions(Map<Integer, Position> positions) {
        Map<StoreKey, List<Place>> stores = new LinkedHashMap<>();
        new TreeMap<>(positions)
                .forEach((partition, position) -> stores.computeIfAbsent(
                                new StoreKey(position.storeId(), position.incarnation()), key -> new ArrayList<>())
                        .add(new Place(partition, position.seq())));
        out.array(stores.size());
        stores.forEach((store, places) -> {
            out.array(3).bytes(store.storeId()).integer(store.incarnation()).array(2 * places.size());
            places.forEach(place -> out.integer(place.partition()).integer(place.seq()));
        });
    }

    private void fetch(Message.Fetch m) {
        head(MessageCodec.FETCH, m.width().isPresent() ? 6 : 5)
                .integer(m.subId())
                .text(m.map());
        out.integer(m.partition()).integer(m.depth());
        integers(m.buckets());
        m.width().ifPresent(out::integer);
    }

    private void integers(List<Integer> integers) {
        out.array(integers.size());
        integers.forEach(out::integer);
    }

    private void welcome(Message.Welcome m) {
        head(MessageCodec.WELCOME, 7).integer(m.version()).integer(m.serverMs()).text(m.nodeId());
        out.integer(m.partitions()).integer(m.defaultLevel().id());
        out.integer(m.highestLevel().id());
        Map<String, Integer> limits = m.limits().toMap();
        out.map(limits.size());
        limits.forEach((name, limit) -> out.text(name).integer(limit));
    }

    private void ack(Message.Ack m) {
        head(MessageCodec.ACK, 4).integer(m.level().id());
        runs(m.runs());
        out.array(m.rejections().size());
        for (Rejection rejection : m.rejections()) {
            out.array(3).integer(rejection.opId());
            out.text(rejection.code().name()).text(rejection.text());
        }
        out.integer(m.serverMs());
    }

    private void snapshot(Message.Snapshot m) {
        snapshotHead(m);
        BlockCodec.write(out, m.entries());
        m.frontierMs().ifPresent(out::integer);
    }

    /** With a block that is encoded already. */
    void snapshot(Message.Snapshot m, byte[] block) {
        snapshotHead(m);
        out.raw(block, 0, block.length);
        m.frontierMs().ifPresent(out::integer);
    }

    private void snapshotHead(Message.Snapshot m) {
        head(MessageCodec.SNAPSHOT, m.frontierMs().isPresent() ? 7 : 6)
                .integer(m.subId())
                .integer(m.partition());
        out.integer(m.ref()).integer(m.seq()).bool(m.more());
    }

    private void delta(Message.Delta m) {
        head(MessageCodec.DELTA, 4).integer(m.partition());
        out.integer(m.ref()).integer(m.seq());
        BlockCodec.write(out, m.entries());
    }

    private void digest(Message.Digest m) {
        head(MessageCodec.DIGEST, m.frontierMs().isPresent() ? 8 : 7).integer(m.subId());
        out.text(m.map()).integer(m.partition());
        out.integer(m.ref()).integer(m.seq()).integer(m.depth());
        digests(m.digests(), m.width());
        m.frontierMs().ifPresent(out::integer);
    }

    private void digests(List<Long> digests, int width) {
        out.bytesHead(width * digests.size());
        for (long digest : digests) {
            out.rawDigest(digest, width);
        }
    }

    private void prefixes(long subId, String map, int partition, int depth, int width, List<Prefixes> buckets) {
        out.integer(subId).text(map).integer(partition).integer(depth).integer(width);
        out.array(2 * buckets.size());
        for (Prefixes bucket : buckets) {
            out.integer(bucket.bucket());
            digests(bucket.prefixes(), width);
        }
    }

    private void buckets(Message.Buckets m) {
        head(MessageCodec.BUCKETS, 6).integer(m.subId()).text(m.map());
        out.integer(m.partition()).integer(m.depth());
        integers(m.buckets());
        BlockCodec.write(out, m.entries());
    }

    private void error(Message.Error m) {
        head(MessageCodec.ERROR, 3).text(m.code().name()).text(m.text());
        m.about().ifPresentOrElse(out::integer, out::nothing);
    }
}
