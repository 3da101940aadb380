package io.topgun.node;

import static org.awaitility.Awaitility.await;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Makes a fixture for {@link StoreFixturesIT}: {@code StoreFixtureMain FILE ABOUT}, run by hand when a format has grown. A real
 * node writes it, is killed and writes on, so that there are snapshots, events behind them, and partitions with events alone.
 */
final class StoreFixtureMain {
    private static final String SNAPSHOTS = "topgun.replica.snapshot-every-events = 4\n";
    private static final String FRONTIER = "topgun.replica.frontier-every = 100ms\n";
    private static final List<String> MAPS = List.of("values", "fields", "tags", "counters", "idle");

    /** Partitions with many, some and few events. */
    private static final int[] PARTITIONS = {0, 137, 270};

    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final long NOW = 1_767_225_600_000L;
    /** From before the frontier, which is 30 days behind the latest write. */
    private static final long LONG_AGO = NOW - 60 * DAY_MS;

    private static final long FAR_OFF = 4_102_444_800_000L;

    private final Path data;
    private int nextId;

    private StoreFixtureMain(Path data) {
        this.data = data;
    }

    public static void main(String[] args) throws Exception {
        Path data = Files.createTempDirectory("topgun-fixture");
        StoreFixtureMain writer = new StoreFixtureMain(data);
        StoreContent content = writer.write();
        StoreRows rows = StoreRows.read(data.resolve(StoreRows.DATABASE));
        Files.writeString(Path.of(args[0]), new StoreFixture(args[1], rows, content).toJson());
    }

    private StoreContent write() throws Exception {
        try (NodeProcess node = NodeProcess.start(data, SNAPSHOTS);
                RawPeer peer = RawPeer.greeted(node.port(), "writer")) {
            values(peer);
            fields(peer);
            tags(peer);
            removals(peer);
            counters(peer);
            idle(peer);
        }
        try (NodeProcess node = NodeProcess.start(data, SNAPSHOTS + FRONTIER)) {
            int port = node.port();
            await().until(() -> isPruned(port));
            try (RawPeer peer = RawPeer.greeted(port, "writer")) {
                afterTheFrontier(peer);
            }
            StoreContent content = StoreContent.of(port, MAPS);
            node.terminate();
            node.exitCode(30);
            return content;
        }
    }

    private static boolean isPruned(int port) throws IOException {
        return StoreContent.of(port, MAPS).cells().values().stream()
                .flatMap(cells -> cells.keySet().stream())
                .noneMatch(key -> key.startsWith("gone"));
    }

    private void values(RawPeer peer) throws IOException {
        List<Consumer<CborWriter>> values = List.of(
                out -> out.text("Straße ключ 🔑"),
                out -> out.integer(Long.MIN_VALUE),
                out -> out.number(-1.5e-300),
                out -> out.bytes(new byte[] {0, -1, 127}),
                out -> out.array(3).nothing().bool(true).array(0),
                out -> out.map(2).text("b").map(0).text("__proto__").integer(24),
                out -> out.text("x".repeat(300)));
        for (int i = 0; i < values.size(); i++) {
            for (int partition : PARTITIONS) {
                Stamp stamp = Stamp.of(NOW + i, i * 1000, "w" + partition);
                send(
                        peer,
                        "values",
                        key(partition, "v" + i),
                        ValueCell.set(stamp, cbor(values.get(i)), Life.until(i * FAR_OFF / 6)));
            }
        }
        send(peer, "values", key(PARTITIONS[1], "v0"), value(NOW + 50, "later"));
        send(peer, "values", key(PARTITIONS[2], "old but there"), value(LONG_AGO, "old"));
    }

    private void fields(RawPeer peer) throws IOException {
        String[] city = {"lat", "name", "population"};
        for (int partition : PARTITIONS) {
            byte[] values = cbor(out -> out.number(48.85341).text("Paris").integer(2_138_551));
            Stamp set = Stamp.of(NOW, 0, "a");
            Cell paris = FieldsCell.set(set, Life.FOREVER, city, values);
            Cell renamed = FieldsCell.update(Stamp.of(NOW + 5, 0, "b"), new String[] {"name"}, text("Lutetia"));
            Cell moved =
                    FieldsCell.update(Stamp.of(NOW + 6, 1, "c"), new String[] {"lat"}, cbor(CborWriter::undefined));
            Cell expiring = FieldsCell.set(set, Life.until(FAR_OFF), city, values);
            String first = key(partition, "f0");
            String second = key(partition, "f1");
            send(
                    peer,
                    op("fields", first, paris),
                    op("fields", second, expiring),
                    op("values", second, value(NOW, "1")));
            send(peer, "fields", first, renamed);
            send(peer, op("fields", first, moved), op("fields", second, renamed));
            send(peer, "fields", key(partition, "f2"), renamed);
            send(peer, "fields", key(partition, "f3"), FieldsCell.set(set, Life.FOREVER, new String[0], new byte[0]));
        }
        String old = key(PARTITIONS[1], "old but there");
        send(
                peer,
                "fields",
                old,
                FieldsCell.set(
                        Stamp.of(LONG_AGO, 0, "a"),
                        Life.FOREVER,
                        city,
                        cbor(out -> out.integer(1).integer(2).integer(3))));
        send(
                peer,
                "fields",
                old,
                FieldsCell.update(Stamp.of(LONG_AGO + 1, 0, "b"), new String[] {"name"}, text("old")));
    }

    private void tags(RawPeer peer) throws IOException {
        for (int partition : PARTITIONS) {
            String key = key(partition, "t0");
            Stamp first = Stamp.of(NOW, 0, "a");
            send(
                    peer,
                    op("tags", key, OrCell.add(first, text("red"))),
                    op("tags", key(partition, "t1"), OrCell.add(first, text("red"))));
            send(peer, "tags", key, OrCell.add(Stamp.of(NOW, 1, "a"), text("green")));
            send(
                    peer,
                    "tags",
                    key,
                    OrCell.add(Stamp.of(NOW, 0, "z"), cbor(out -> out.array(1).integer(-25))));
            send(peer, "tags", key, OrCell.remove(List.of(first), NOW + 7));
        }
    }

    /** Shares that the frontier folds, and others. */
    private void counters(RawPeer peer) throws IOException {
        for (int partition : PARTITIONS) {
            String key = key(partition, "c0");
            send(peer, "counters", key, CounterCell.share(Stamp.of(LONG_AGO, 0, "a"), 5, 2));
            send(peer, "counters", key, CounterCell.share(Stamp.of(LONG_AGO, 1, "b"), 1L << 40, 0));
            send(peer, "counters", key, CounterCell.share(Stamp.of(NOW, 0, "a"), 3, 0));
            send(peer, "counters", key, CounterCell.share(Stamp.of(NOW, 0, "a"), 3, 4));
            send(peer, "counters", key(partition, "c1"), CounterCell.share(Stamp.of(NOW, 7, "c"), 0, 1));
        }
    }

    /** Entries that go when nobody touches them, one of them gone with the frontier. */
    private void idle(RawPeer peer) throws IOException {
        String[] name = {"name"};
        Life both = Life.of(FAR_OFF, DAY_MS, NOW);
        for (int partition : PARTITIONS) {
            Stamp stamp = Stamp.of(NOW, 0, "a");
            send(peer, "idle", key(partition, "i0"), ValueCell.set(stamp, text("idle"), Life.of(0, DAY_MS, NOW)));
            send(peer, "idle", key(partition, "i1"), FieldsCell.set(stamp, both, name, text("both")));
            send(peer, "idle", key(partition, "i1"), FieldsCell.set(stamp, both.touched(NOW + 9), name, text("both")));
            Life over = Life.of(0, 1_000, LONG_AGO);
            send(peer, "idle", key(partition, "gone"), ValueCell.set(Stamp.of(LONG_AGO, 0, "a"), text("gone"), over));
        }
    }

    private void removals(RawPeer peer) throws IOException {
        for (int partition : PARTITIONS) {
            send(peer, "values", key(partition, "v1"), ValueCell.remove(Stamp.of(NOW + 100, 65_535, "zz")));
            send(peer, "fields", key(partition, "f4"), FieldsCell.delete(Stamp.of(NOW + 100, 0, "zz")));
            send(peer, "tags", key(partition, "t1"), OrCell.remove(List.of(Stamp.of(NOW, 0, "a")), NOW + 100));
            String gone = key(partition, "gone");
            send(peer, "values", gone, ValueCell.remove(Stamp.of(LONG_AGO, 0, "a")));
            send(peer, "fields", gone, FieldsCell.delete(Stamp.of(LONG_AGO, 0, "a")));
        }
    }

    private void afterTheFrontier(RawPeer peer) throws IOException {
        for (int i = 0; i < 2; i++) {
            for (int partition : PARTITIONS) {
                send(peer, "values", key(partition, "after" + i), value(NOW + 200 + i, "after the restart"));
            }
        }
        send(peer, "values", key(PARTITIONS[2], "v2"), value(NOW + 300, "changed after the restart"));
    }

    private void send(RawPeer peer, String map, String key, Cell cell) throws IOException {
        send(peer, op(map, key, cell));
    }

    /** Operations of one partition make one event. */
    private static void send(RawPeer peer, Op... ops) throws IOException {
        peer.send(new Message.Ops(Level.PERSISTED, List.of(ops), List.of()));
        Message.Ack ack = peer.expect(Message.Ack.class);
        if (!ack.rejections().isEmpty()) {
            throw new IllegalStateException(ack.toString());
        }
    }

    private Op op(String map, String key, Cell cell) {
        return new Op(nextId++, map, key, cell);
    }

    /** A key that begins so and lies in this partition. */
    private static String key(int partition, String name) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> name + "/" + i)
                .filter(key -> Partitions.of(key) == partition)
                .findFirst()
                .orElseThrow();
    }

    private static ValueCell value(long ms, String text) {
        return ValueCell.set(Stamp.of(ms, 0, "w1"), text(text), Life.FOREVER);
    }

    private static byte[] text(String text) {
        return cbor(out -> out.text(text));
    }

    private static byte[] cbor(Consumer<CborWriter> items) {
        CborWriter out = new CborWriter();
        items.accept(out);
        return out.toByteArray();
    }
}
