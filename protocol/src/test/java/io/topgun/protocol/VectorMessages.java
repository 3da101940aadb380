package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.ValueCell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** The messages of the golden vectors, by name: every type, empty and full. */
final class VectorMessages {
    private static final long BIG = CborReader.NATURAL_MAX;
    private static final long MS = VectorCells.MS;
    private static final OptionalLong NOTHING = OptionalLong.empty();

    private VectorMessages() {}

    static Map<String, Message> messages() {
        Map<String, Message> messages = new LinkedHashMap<>();
        fromClient(messages);
        fromServer(messages);
        frontier(messages);
        return messages;
    }

    private static void fromClient(Map<String, Message> messages) {
        messages.put("hello", new Message.Hello(1, 1, "w1", Optional.empty(), MS, "topgun-js/0.1.0"));
        messages.put("hello with a token", new Message.Hello(1, 3, "z".repeat(32), Optional.of("tøken"), 0, ""));
        messages.put("ops, none", new Message.Ops(Level.APPLIED, List.of(), List.of()));
        messages.put("ops, every cell", new Message.Ops(Level.PERSISTED, ops(), List.of()));
        messages.put("ops, maps in turn", new Message.Ops(Level.REPLICATED, mapsInTurn(), List.of()));
        messages.put("subscribe, no position", new Message.Subscribe(0, List.of("cities", "todos"), Map.of()));
        messages.put(
                "subscribe from positions",
                new Message.Subscribe(
                        BIG,
                        List.of("a.b_c:d-e"),
                        Map.of(
                                0, new Position(-1, 1, 0),
                                1, new Position(0x0123456789abcdefL, 2, 99),
                                7, new Position(-1, 1, BIG),
                                270, new Position(-1, 2, 5))));
        messages.put("unsubscribe", new Message.Unsubscribe(24));
        messages.put("fetch digests", new Message.Fetch(1, "cities", 270, 2, List.of()));
        messages.put("fetch cells", new Message.Fetch(1, "cities", 0, 2, List.of(0, 23, 24, 255)));
        messages.put("ping", new Message.Ping(65_536));
        messages.put("pong", new Message.Pong(0, MS));
    }

    private static List<Op> ops() {
        List<Op> ops = new ArrayList<>();
        long id = 40;
        for (Map.Entry<String, Cell> cell : VectorCells.cells().entrySet()) {
            ops.add(new Op(id, "cities", "key of " + cell.getKey(), cell.getValue()));
            id += id == 45 ? 100 : 1;
        }
        return ops;
    }

    private static List<Op> mapsInTurn() {
        List<Op> ops = new ArrayList<>();
        String[] maps = {"b", "a", "a", "b"};
        String[] keys = {"0", "../../x", "__proto__", "ключ 🔑"};
        for (int i = 0; i < maps.length; i++) {
            Cell cell = ValueCell.set(VectorCells.NEW, VectorCells.cbor(i), Life.FOREVER);
            ops.add(new Op(BIG - i, maps[i], keys[i], cell));
        }
        return ops;
    }

    private static void fromServer(Map<String, Message> messages) {
        Limits limits = Limits.defaults();
        messages.put("welcome", new Message.Welcome(1, MS, "node-1", 271, Level.PERSISTED, Level.PERSISTED, limits));
        messages.put("store", new Message.Store(0, 0x0123456789abcdefL, 1));
        messages.put("store, high bits", new Message.Store(300, -1, BIG));
        messages.put("ack, nothing", new Message.Ack(Level.APPLIED, List.of(), List.of(), MS));
        messages.put(
                "ack",
                new Message.Ack(
                        Level.PERSISTED,
                        List.of(new Run(0, 1), new Run(40, 6), new Run(145, BIG - 1_000)),
                        rejections(),
                        MS));
        messages.put("snapshot, last chunk", new Message.Snapshot(1, 270, 0, 12_345, false, List.of(), NOTHING));
        messages.put("snapshot", new Message.Snapshot(1, 3, 1, BIG, true, entries(), NOTHING));
        messages.put("synced", new Message.Synced(1));
        messages.put("delta", new Message.Delta(3, 1, 8, entries().subList(5, 8)));
        messages.put(
                "delta, a removal before its tag",
                new Message.Delta(0, 0, 1, List.of(new Entry("m", "k", OrCell.remove(List.of(VectorCells.NEW), 1)))));
        messages.put("digest, depth 0", new Message.Digest(1, "cities", 3, 1, 8, 0, 8, List.of(0L), NOTHING));
        messages.put(
                "digest, depth 1",
                new Message.Digest(
                        1,
                        "cities",
                        3,
                        1,
                        8,
                        1,
                        8,
                        LongStream.range(0, 16)
                                .map(i -> i * 0x9e3779b97f4a7c15L)
                                .boxed()
                                .toList(),
                        NOTHING));
        messages.put("buckets", new Message.Buckets(1, "cities", 3, 2, List.of(0, 255), entries()));
        messages.put("buckets, empty ones", new Message.Buckets(1, "cities", 3, 0, List.of(0), List.of()));
        messages.put("error", new Message.Error(ErrorCode.MALFORMED, "Ends early", OptionalLong.empty()));
        messages.put(
                "error about a subscription", new Message.Error(ErrorCode.TOO_MANY, "1001 maps", OptionalLong.of(7)));
    }

    private static void frontier(Map<String, Message> messages) {
        OptionalLong frontier = OptionalLong.of(MS - 1);
        List<Prefixes> prefixes = List.of(
                Prefixes.of(255, List.of(-1L, 0x0123456789abcdefL, 0x0123450000000000L, 0L), 3),
                Prefixes.of(0, List.of(), 3));
        messages.put("fetch digests of a width", new Message.Fetch(1, "m", 270, 2, List.of(), OptionalInt.of(3)));
        messages.put("fetch keys", new Message.Fetch(1, "m", 270, 2, List.of(0, 255), OptionalInt.of(8)));
        messages.put("pick", new Message.Pick(1, "m", 270, 2, 3, prefixes));
        messages.put(
                "pick, whole digests", new Message.Pick(0, "m", 0, 0, 8, List.of(Prefixes.of(0, List.of(5L, -5L), 8))));
        messages.put("keys", new Message.Keys(1, "m", 270, 2, 3, prefixes));
        messages.put("keys, none", new Message.Keys(1, "m", 270, 2, 1, List.of()));
        messages.put(
                "cells",
                new Message.Cells(1, "m", 270, 2, 3, prefixes, entries().subList(2, 5)));
        messages.put("nodes", new Message.Nodes(List.of("http://10.0.0.1:8080", "https://n2.example")));
        messages.put("nodes, none", new Message.Nodes(List.of()));
        messages.put("frontier", new Message.Frontier(270, 1, 24, MS));
        messages.put(
                "digest of a width, with a frontier",
                new Message.Digest(
                        1, "m", 3, 1, 8, 1, 3, LongStream.range(-8, 8).boxed().toList(), frontier));
        messages.put(
                "digest with a frontier", new Message.Digest(1, "m", 3, 1, 8, 0, 8, List.of(-2L), OptionalLong.of(0)));
        messages.put(
                "snapshot with a frontier, lives and counters",
                new Message.Snapshot(1, 3, 1, 9, false, livesAndCounters(), frontier));
        messages.put(
                "delta, a counter folded",
                new Message.Delta(3, 1, 8, List.of(new Entry("m", "k", VectorCounters.folded(MS, 7, 300)))));
        List<Op> ops = new ArrayList<>();
        for (Entry entry : livesAndCounters()) {
            boolean folded = entry.cell() instanceof CounterCell counter
                    && counter.folded().isPresent();
            if (!folded) {
                ops.add(new Op(ops.size(), entry.map(), entry.key(), entry.cell()));
            }
        }
        messages.put("ops, lives and counters", new Message.Ops(Level.PERSISTED, ops, List.of()));
    }

    private static List<Entry> livesAndCounters() {
        List<Entry> entries = new ArrayList<>();
        VectorLives.cells().forEach((name, cell) -> entries.add(new Entry("lives", name, cell)));
        VectorCounters.cells().forEach((name, cell) -> entries.add(new Entry("counters", name, cell)));
        return entries;
    }

    private static List<Rejection> rejections() {
        List<Rejection> rejections = new ArrayList<>();
        for (ErrorCode code : ErrorCode.values()) {
            String text = code == ErrorCode.STALE ? "" : "Why: " + code;
            rejections.add(new Rejection(46 + rejections.size(), code, text));
        }
        return rejections;
    }

    private static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, Cell> cell : VectorCells.cells().entrySet()) {
            entries.add(new Entry(entries.size() < 12 ? "cities" : "todos", cell.getKey(), cell.getValue()));
        }
        return entries;
    }
}
