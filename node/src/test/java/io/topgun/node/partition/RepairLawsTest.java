package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws of repair: whatever two replicas hold, whatever is lost or changes meanwhile, the position it ends with is true. */
class RepairLawsTest {
    private static final int ENOUGH = 1 << 18;
    private static final int NEVER = Integer.MAX_VALUE;

    /** How a repair goes: the size of answers, the share of messages that are lost or late, and what happens when. */
    record Way(int bytesMax, int lossEvery, long seed) {}

    @Provide
    Arbitrary<Way> ways() {
        return Combinators.combine(
                        Arbitraries.of(0, 30, 300, ENOUGH), Arbitraries.of(3, 10, NEVER), Arbitraries.longs())
                .as(Way::new);
    }

    @Provide
    Arbitrary<List<Histories.Step>> histories() {
        return Histories.steps().list().ofMaxSize(25);
    }

    @Property(tries = 600)
    void allThatTheSourceHadAtThePositionIsHere(
            @ForAll("histories") List<Histories.Step> common,
            @ForAll("histories") List<Histories.Step> there,
            @ForAll("histories") List<Histories.Step> here,
            @ForAll("ways") Way way) {
        Sides sides = new Sides();
        Random random = new Random(way.seed());
        common.forEach(sides::writeBoth);
        distribute(there, random, step -> sides.write(sides.source, step), sides);
        distribute(here, random, step -> sides.write(sides.own, step), sides);
        assertTruePosition(sides, sides.repair(Repair.Keep.ALL, way.bytesMax(), way.lossEvery(), random));
    }

    /** Some happen before, the others meanwhile. */
    private static void distribute(
            List<Histories.Step> steps, Random random, Consumer<Histories.Step> write, Sides sides) {
        int before = random.nextInt(steps.size() + 1);
        steps.subList(0, before).forEach(write);
        steps.subList(before, steps.size()).forEach(step -> sides.live.add(() -> write.accept(step)));
    }

    private static void assertTruePosition(Sides sides, long seq) {
        if (!sides.source.isGood(Cursor.at(seq))) {
            return; // the source sees that it hides something, and does not take it
        }
        for (Entry entry : sides.sourceAt.get((int) seq).content()) {
            assertTrue(sides.ownEver.has(entry) || sides.ownCopy.has(entry), () -> entry + " of position " + seq);
        }
    }

    /** Of many keys: how many of a hundred differ, are only there, or only here; and how much is written meanwhile. */
    record Many(int keys, int changed, int missing, int surplus, int live) {}

    @Provide
    Arbitrary<Many> many() {
        Arbitrary<Integer> shares = Arbitraries.of(0, 1, 10, 100);
        return Combinators.combine(Arbitraries.of(5, 9, 60, 700), shares, shares, shares, Arbitraries.of(0, 40))
                .as(Many::new);
    }

    @Property(tries = 150)
    void soItIsWithManyKeys(@ForAll("many") Many many, @ForAll("ways") Way way) {
        Random random = new Random(way.seed());
        Sides sides = sides(many, random);
        for (int i = 0; i < many.live(); i++) {
            PartitionState side = random.nextInt(3) == 0 ? sides.own : sides.source;
            String key = "k" + random.nextInt(many.keys());
            sides.live.add(() -> sides.apply(side, Histories.merged("m", key, field(200, random))));
        }
        int bytesMax = Math.max(300, way.bytesMax());
        assertTruePosition(sides, sides.repair(Repair.Keep.ALL, bytesMax, way.lossEvery(), random));
    }

    private static Sides sides(Many many, Random random) {
        Sides sides = new Sides();
        List<Entry> both = new ArrayList<>();
        List<Entry> there = new ArrayList<>();
        List<Entry> here = new ArrayList<>();
        for (int i = 0; i < many.keys(); i++) {
            int fate = random.nextInt(100);
            Entry entry = new Entry("m", "k" + i, object(100, random));
            (fate < many.missing() ? there : fate >= 100 - many.surplus() ? here : both).add(entry);
            if (random.nextInt(100) < many.changed()) {
                there.add(new Entry("m", "k" + i, field(150, random)));
            }
        }
        both.addAll(List.of(new Entry("n", "k", object(100, random))));
        there.addAll(0, both);
        here.addAll(0, both);
        sides.apply(sides.source, Histories.merged(there));
        sides.apply(sides.own, Histories.merged(here));
        return sides;
    }

    private static Cell object(long ms, Random random) {
        return FieldsCell.set(
                Stamp.of(ms, 0, "w"), Life.FOREVER, new String[] {"f", "g"}, new byte[] {value(random), value(random)});
    }

    private static Cell field(long ms, Random random) {
        Stamp stamp = Stamp.of(ms + random.nextInt(50), random.nextInt(1_000), "w");
        return FieldsCell.update(stamp, new String[] {random.nextBoolean() ? "f" : "g"}, new byte[] {value(random)});
    }

    private static byte value(Random random) {
        return (byte) random.nextInt(24);
    }

    /** What the source had removed at the first digests it has forgotten when it is asked for its cells. */
    @ParameterizedTest
    @ValueSource(longs = {0, 300})
    void shouldBeginAnewWhenTheFrontierPassesMeanwhile(long ownFrontierMs) {
        Sides sides = new Sides();
        sides.apply(sides.source, Histories.merged("m", "gone", Histories.removed(200)));
        sides.apply(sides.source, Histories.merged("m", "k", Histories.value(400, 1)));
        sides.apply(sides.own, Histories.merged("m", "gone", Histories.value(100, 1)));
        sides.apply(sides.own, new Event.FrontierAdvanced(ownFrontierMs));
        Random first = new Random() {
            private static final long serialVersionUID = 1L;

            @Override
            public int nextInt(int bound) {
                return bound == 3 && sides.exchanges == 0 ? 0 : 1; // right behind the first answer
            }
        };
        sides.live.add(() -> sides.apply(sides.source, new Event.FrontierAdvanced(250)));
        assertEquals(3, sides.repair(Repair.Keep.ALL, ENOUGH, NEVER, first));
    }

    @Property(tries = 300)
    void equalStatesCostOneSmallExchange(@ForAll("histories") List<Histories.Step> history) {
        Sides sides = new Sides();
        history.forEach(sides::writeBoth);
        assertEquals(sides.source.seq(), sides.repair(Repair.Keep.ALL, ENOUGH, NEVER, new Random(1)));
        assertEquals(1, sides.exchanges);
        assertTrue(sides.bytes < 64, sides.bytes + " bytes");
    }

    /** It has no write of its own: whatever it has else, the source has forgotten that it was removed. */
    @Property(tries = 600)
    void aReplicaThatWasAwayIsEqualAfterwards(
            @ForAll("histories") List<Histories.Step> common,
            @ForAll("histories") List<Histories.Step> there,
            @ForAll("ways") Way way) {
        Sides sides = new Sides();
        common.forEach(sides::writeBoth);
        there.forEach(step -> sides.write(sides.source, step));
        sides.repair(Repair.Keep.FRESH, way.bytesMax(), way.lossEvery(), new Random(way.seed()));
        assertEquals(sides.sourceAt.getLast().content(), sides.ownCopy.content());
        assertEquals(Roots.digest(sides.source), Roots.digest(sides.own));
    }

    @Property(tries = 400)
    void whatIsNewerThanTheFrontierStays(
            @ForAll("histories") List<Histories.Step> common,
            @ForAll("histories") List<Histories.Step> there,
            @ForAll("histories") List<Histories.Step> here,
            @ForAll("ways") Way way) {
        Sides sides = new Sides();
        Random random = new Random(way.seed());
        common.forEach(sides::writeBoth);
        there.forEach(step -> sides.write(sides.source, step));
        sides.apply(sides.own, new Event.FrontierAdvanced(sides.source.frontierMs()));
        List<Entry> written = new ArrayList<>();
        for (Histories.Step step : here) {
            if (step instanceof Histories.Step.Batch batch) {
                sides.live.add(() -> batch.ops().stream()
                        .filter(op -> isNewer(op.delta(), sides.source.frontierMs()))
                        .map(op -> new Entry(op.map(), op.key(), op.delta()))
                        .forEach(entry -> {
                            sides.apply(sides.own, Histories.merged(List.of(entry)));
                            written.add(entry);
                        }));
            }
        }
        assertTruePosition(sides, sides.repair(Repair.Keep.FRESH, way.bytesMax(), way.lossEvery(), random));
        written.forEach(entry -> assertTrue(sides.ownCopy.has(entry), entry::toString));
    }

    /** Whether nothing in it, neither a stamp nor a removal, is as old as the frontier. */
    private static boolean isNewer(Cell delta, long frontierMs) {
        return switch (delta) {
            case ValueCell value -> value.stamp().ms() > frontierMs;
            case FieldsCell fields ->
                fields.newestMs() > frontierMs
                        && fields.base().stream().allMatch(base -> base.stamp().ms() > frontierMs);
            case OrCell or -> or.tags().stream().allMatch(tag -> tag.stamp().ms() > frontierMs);
            case CounterCell counter -> true;
        };
    }

    @Test
    void shouldCostTheCellsThatDifferAndHalfAsMuchAgainAtMost() {
        Random random = new Random(7);
        Sides sides = new Sides();
        List<Entry> cells = texts(100_000, random);
        sides.apply(sides.own, Histories.merged(cells));
        List<Entry> changed = new ArrayList<>();
        for (Entry entry : cells) {
            changed.add(random.nextInt(10) == 0 ? text(entry.key(), 200, random) : entry);
        }
        sides.apply(sides.source, Histories.merged(changed));
        changed.removeAll(new HashSet<>(cells));
        sides.repair(Repair.Keep.ALL, ENOUGH, NEVER, random);
        assertEquals(Roots.digest(sides.source), Roots.digest(sides.own));
        long least = Sides.cellBytes(changed);
        assertTrue(sides.bytes <= 1.5 * least, sides.bytes + " bytes for cells of " + least);
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 370, 3_000, 16_000, 100_000})
    void shouldCostLittleWhereOneCellDiffers(int keys) {
        Random random = new Random(7);
        Sides sides = new Sides();
        Event.Merged cells = Histories.merged(texts(keys, random));
        sides.apply(sides.own, cells);
        sides.apply(sides.source, cells);
        sides.apply(sides.source, Histories.merged(List.of(text("k5", 200, random))));
        sides.repair(Repair.Keep.ALL, ENOUGH, NEVER, random);
        assertEquals(Roots.digest(sides.source), Roots.digest(sides.own));
        assertTrue(sides.bytes <= 4_096, sides.bytes + " bytes");
    }

    private static List<Entry> texts(int keys, Random random) {
        return IntStream.range(0, keys)
                .mapToObj(i -> text("k" + i, 100, random))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** A text of 100 letters. */
    private static Entry text(String key, long ms, Random random) {
        byte[] value = new byte[102];
        value[0] = 0x78;
        value[1] = 100;
        for (int i = 2; i < value.length; i++) {
            value[i] = (byte) ('a' + random.nextInt(26));
        }
        return new Entry("m", key, ValueCell.set(Stamp.of(ms, 0, "w"), value, Life.FOREVER));
    }
}
