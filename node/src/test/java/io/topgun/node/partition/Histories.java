package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** What clients and time do to a partition, over so few maps, keys and stamps that they clash all the time. */
final class Histories {
    static final List<String> MAPS = List.of("a", "b", "c");
    static final SipHash SIP = new SipHash(2, 71);
    /** A time before which a counter's share may have begun that is still open. */
    static final long EPOCH = CounterCell.SHARE_MS;

    private static final int MS_MAX = 60;
    private static final byte[] REMOVED = {(byte) 0xf7};

    private Histories() {}

    /** One turn of a replica. */
    sealed interface Step {
        record Batch(List<Op> ops) implements Step {}

        record Frontier(long ms) implements Step {}
    }

    static Arbitrary<Step> steps() {
        Arbitrary<Step> batches = ops().list().ofMinSize(1).ofMaxSize(5).map(Step.Batch::new);
        Arbitrary<Step> frontiers = times().map(Step.Frontier::new);
        return Arbitraries.frequencyOf(Tuple.of(8, batches), Tuple.of(1, frontiers));
    }

    private static Arbitrary<Op> ops() {
        Arbitrary<Integer> keys = Arbitraries.integers().between(0, 8);
        return Combinators.combine(Arbitraries.of(MAPS), keys)
                .as(List::of)
                .flatMap(address -> deltas((int) address.get(1))
                        .map(delta -> new Op(0, (String) address.get(0), "k" + address.get(1), delta)));
    }

    /** The key says the kind, so that nothing but a test of it meets a mismatch. */
    private static Arbitrary<Cell> deltas(int key) {
        return switch (key % 4) {
            case 0 ->
                Arbitraries.oneOf(
                        Combinators.combine(stamps(), values(), lives()).as(ValueCell::set),
                        stamps().map(ValueCell::remove));
            case 1 ->
                Arbitraries.oneOf(
                        Combinators.combine(stamps(), values(), lives())
                                .as((stamp, v, life) -> FieldsCell.set(stamp, life, new String[] {"f"}, v)),
                        Combinators.combine(
                                        stamps(), Arbitraries.of("f", "g"), Arbitraries.oneOf(values(), just(REMOVED)))
                                .as((stamp, name, v) -> FieldsCell.update(stamp, new String[] {name}, v)),
                        stamps().map(FieldsCell::delete));
            case 2 ->
                Arbitraries.oneOf(
                        Combinators.combine(stamps(), values()).as(OrCell::add),
                        Combinators.combine(
                                        stamps().list()
                                                .uniqueElements()
                                                .ofMinSize(1)
                                                .ofMaxSize(3),
                                        times())
                                .as(OrCell::remove));
            default -> {
                Arbitrary<Long> amounts = Arbitraries.longs().between(0, 9);
                Arbitrary<Stamp> shares = stamps().map(stamp -> Stamp.of(stamp.ms() - EPOCH, 0, stamp.writer()));
                yield Combinators.combine(shares, amounts, amounts)
                        .as((stamp, plus, minus) -> CounterCell.share(stamp, plus + 1, minus));
            }
        };
    }

    /** Some end, some are idle from a touch on, most do neither. */
    private static Arbitrary<Life> lives() {
        return Arbitraries.oneOf(
                Arbitraries.just(Life.FOREVER),
                times().map(Life::until),
                times().map(touched -> Life.of(0, 10, touched)));
    }

    private static Arbitrary<Long> times() {
        return Arbitraries.longs().between(1, MS_MAX).map(ms -> EPOCH + ms);
    }

    private static Arbitrary<byte[]> just(byte[] value) {
        return Arbitraries.just(value);
    }

    private static Arbitrary<Stamp> stamps() {
        return Combinators.combine(times(), Arbitraries.of("x", "y")).as((ms, writer) -> Stamp.of(ms, 0, writer));
    }

    private static Arbitrary<byte[]> values() {
        return Arbitraries.integers().between(0, 3).map(value -> new byte[] {value.byteValue()});
    }

    /** Decides a frame of operations, none of which is from the future. */
    static Admission.Decision decide(PartitionState state, List<Op> ops) {
        return state.admission().decide(List.of(frame(ops, Long.MAX_VALUE)));
    }

    static Apply frame(List<Op> ops, long stampMsMax) {
        return new Apply(ops, stampMsMax, new Submission(1, Level.PERSISTED, done -> {}));
    }

    /** The event a replica would persist in this turn; empty if there is nothing to persist. */
    static Optional<Event> event(PartitionState state, Step step) {
        return switch (step) {
            case Step.Frontier frontier -> Optional.of(new Event.FrontierAdvanced(frontier.ms()));
            case Step.Batch batch -> {
                List<Entry> effects = decide(state, batch.ops()).effects();
                yield effects.isEmpty() ? Optional.empty() : Optional.of(merged(effects));
            }
        };
    }

    static Event.Merged merged(List<Entry> entries) {
        CborWriter block = new CborWriter();
        BlockCodec.write(block, entries);
        return new Event.Merged(entries, block.toByteArray());
    }

    static Event.Merged merged(String map, String key, Cell cell) {
        return merged(List.of(new Entry(map, key, cell)));
    }

    /** A value of a few bytes, written at a time by one writer. */
    static ValueCell value(long ms, int value) {
        return ValueCell.set(Stamp.of(ms, 0, "w"), new byte[] {(byte) value}, Life.FOREVER);
    }

    static ValueCell removed(long ms) {
        return ValueCell.remove(Stamp.of(ms, 0, "w"));
    }

    /** A state that nothing has happened to. */
    static PartitionState state() {
        return new PartitionState(new CellCodec(), SIP);
    }

    /** State with {@code keys} values in one map, a change each. */
    static PartitionState filled(String map, int keys) {
        PartitionState state = state();
        IntStream.range(0, keys).forEach(i -> state.apply(merged(map, "k" + i, value(100 + i, i % 24))));
        return state;
    }
}
