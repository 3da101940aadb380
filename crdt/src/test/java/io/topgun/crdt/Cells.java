package io.topgun.crdt;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Arbitrary cells over so few stamps, names and values that they clash all the time, equal stamps
 * with different content too: replicas must agree even if a writer breaks its promise.
 */
final class Cells {
    private static final byte[] REMOVED = {CborItems.UNDEFINED};

    private Cells() {}

    static Arbitrary<Stamp> stamps() {
        return Arbitraries.of(
                Stamp.of(1, 0, "a"),
                Stamp.of(1, 0, "b"),
                Stamp.of(1, 1, "a"),
                Stamp.of(2, 0, "a"),
                Stamp.of(3, 0, "b"));
    }

    /** Canonical CBOR of different lengths. */
    static Arbitrary<byte[]> values() {
        return Arbitraries.of(List.of(
                new byte[] {0},
                new byte[] {1},
                new byte[] {0x61, 'x'},
                new byte[] {(byte) 0x82, 1, 0x60},
                new byte[] {0x18, 24},
                new byte[] {(byte) 0xa1, 0x61, 'k', (byte) 0xf6}));
    }

    private static Arbitrary<Life> lives() {
        return Arbitraries.of(
                Life.FOREVER,
                Life.FOREVER,
                Life.until(1),
                Life.until(2),
                Life.of(0, 1, 0),
                Life.of(0, 1, 2),
                Life.of(2, 1, 1),
                Life.of(2, 3, 0));
    }

    private static Arbitrary<Cell> valueDeltas() {
        Arbitrary<Cell> set = Combinators.combine(stamps(), values(), lives()).as(ValueCell::set);
        return Arbitraries.oneOf(set, stamps().map(ValueCell::remove));
    }

    private static Arbitrary<Cell> fieldsDeltas() {
        Arbitrary<String> names = Arbitraries.of("a", "b", "cc", "é", "ddd");
        Arbitrary<Cell> set = Combinators.combine(
                        stamps(), lives(), Arbitraries.maps(names, values()).ofMaxSize(4))
                .as(Cells::set);
        Arbitrary<Cell> update = Combinators.combine(
                        stamps(),
                        Arbitraries.maps(names, Arbitraries.oneOf(values(), Arbitraries.just(REMOVED)))
                                .ofMinSize(1)
                                .ofMaxSize(3))
                .as((stamp, fields) -> update(stamp, fields));
        return Arbitraries.oneOf(set, update, stamps().map(FieldsCell::delete));
    }

    private static Cell set(Stamp stamp, Life life, Map<String, byte[]> fields) {
        Map<String, byte[]> sorted = sorted(fields);
        return FieldsCell.set(stamp, life, sorted.keySet().toArray(String[]::new), joined(sorted));
    }

    private static Cell update(Stamp stamp, Map<String, byte[]> fields) {
        Map<String, byte[]> sorted = sorted(fields);
        return FieldsCell.update(stamp, sorted.keySet().toArray(String[]::new), joined(sorted));
    }

    private static Map<String, byte[]> sorted(Map<String, byte[]> fields) {
        Map<String, byte[]> sorted = new TreeMap<>(TextOrder::compare);
        sorted.putAll(fields);
        return sorted;
    }

    private static byte[] joined(Map<String, byte[]> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        fields.values().forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    private static Arbitrary<Cell> orDeltas() {
        Arbitrary<Cell> add = Combinators.combine(stamps(), values()).as(OrCell::add);
        Arbitrary<Cell> remove = Combinators.combine(
                        stamps().list().uniqueElements().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.longs().between(0, 3))
                .as(OrCell::remove);
        return Arbitraries.oneOf(add, remove);
    }

    private static Arbitrary<Cell> counterDeltas() {
        Arbitrary<Long> amounts = Arbitraries.of(0L, 1L, 2L, CounterCell.SUM_MAX);
        Arbitrary<Cell> shares = Combinators.combine(stamps(), amounts, amounts)
                .as((stamp, plus, minus) -> CounterCell.share(stamp, plus, minus + (plus == 0 && minus == 0 ? 1 : 0)));
        Arbitrary<Cell> folded = Combinators.combine(Arbitraries.longs().between(0, 2), amounts)
                .as((ms, plus) -> CounterCell.of(Optional.of(new CounterCell.Folded(ms, plus, 1)), Shares.none()));
        return Arbitraries.frequencyOf(Tuple.of(4, shares), Tuple.of(1, folded));
    }

    static Arbitrary<Cell> deltas(CellKind kind) {
        return switch (kind) {
            case VALUE -> valueDeltas();
            case FIELDS -> fieldsDeltas();
            case OR -> orDeltas();
            case COUNTER -> counterDeltas();
        };
    }

    /** Deltas of one kind. */
    static Arbitrary<List<Cell>> histories() {
        return Arbitraries.of(CellKind.class)
                .flatMap(kind -> deltas(kind).list().ofMinSize(1).ofMaxSize(6));
    }

    /** Three states of one kind. */
    static Arbitrary<List<Cell>> triples() {
        return Arbitraries.of(CellKind.class)
                .flatMap(kind -> deltas(kind)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(4)
                        .map(Cells::fold)
                        .list()
                        .ofSize(3));
    }

    static Cell fold(List<Cell> deltas) {
        return deltas.stream().reduce(Cell::merge).orElseThrow();
    }
}
