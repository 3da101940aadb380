package io.topgun.node.partition;

import static io.topgun.node.partition.Histories.merged;
import static io.topgun.node.partition.Histories.removed;
import static io.topgun.node.partition.Histories.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Murmur3;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Shares;
import io.topgun.crdt.Stamp;
import io.topgun.protocol.Entry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionStateTest {
    private static final byte[] ONE = {1};
    private static final byte[] TWO = {2};

    private final PartitionState state = Histories.state();

    private static Op op(long id, String key, Cell delta) {
        return new Op(id, "m", key, delta);
    }

    private static FieldsCell update(long ms, String name, byte[] value) {
        return FieldsCell.update(Stamp.of(ms, 0, "w"), new String[] {name}, value);
    }

    private Admission.Decision decide(Op... ops) {
        return Histories.decide(state, List.of(ops));
    }

    private List<ErrorCode> refused(Op... ops) {
        return decide(ops).refused().getFirst().stream().map(Rejection::code).toList();
    }

    @Test
    void shouldHaveNoEffectWhenAnOperationAddsNothing() {
        state.apply(merged("m", "k", value(5, 1)));
        Admission.Decision decision = decide(op(1, "k", value(5, 1)), op(2, "k", value(4, 2)));
        assertEquals(new Admission.Decision(List.of(), List.of(List.of())), decision);
    }

    @Test
    void shouldJoinOperationsOfOneKeyIntoOneDelta() {
        state.apply(merged("m", "k", FieldsCell.set(Stamp.of(1, 0, "w"), Life.FOREVER, new String[] {"a"}, ONE)));
        FieldsCell first = update(2, "b", ONE);
        FieldsCell second = update(3, "c", TWO);
        List<Entry> effects = decide(op(1, "k", first), op(2, "k", second)).effects();
        assertEquals(List.of(new Entry("m", "k", first.merge(second))), effects);
    }

    @Test
    void shouldKeepTheDeltaOfEarlierOperationsWhenALaterOneAddsNothing() {
        List<Entry> effects =
                decide(op(1, "k", value(9, 1)), op(2, "k", value(8, 2))).effects();
        assertEquals(List.of(new Entry("m", "k", value(9, 1))), effects);
    }

    @Test
    void shouldCarryTheDeltaAndNotTheMergedCell() {
        state.apply(merged("m", "k", FieldsCell.set(Stamp.of(1, 0, "w"), Life.FOREVER, new String[] {"a"}, ONE)));
        FieldsCell delta = update(2, "b", TWO);
        assertEquals(
                List.of(new Entry("m", "k", delta)), decide(op(1, "k", delta)).effects());
    }

    @Test
    void shouldTellTheRefusalsOfEachFrameApart() {
        Admission.Decision decision = state.admission()
                .decide(List.of(
                        Histories.frame(List.of(op(1, "k", value(5, 1)), op(2, "k", update(6, "a", ONE))), 10),
                        Histories.frame(List.of(op(2, "k", value(6, 2))), 10),
                        Histories.frame(List.of(op(1, "l", value(10, 1)), op(2, "l", value(11, 1))), 10),
                        Histories.frame(List.of(op(2, "l", value(12, 1))), 12)));
        assertEquals(
                List.of(Map.of(2L, ErrorCode.KIND_MISMATCH), Map.of(), Map.of(2L, ErrorCode.FUTURE_STAMP), Map.of()),
                decision.refused().stream()
                        .map(refused -> refused.stream().collect(Collectors.toMap(Rejection::opId, Rejection::code)))
                        .toList());
        assertEquals(List.of(new Entry("m", "k", value(6, 2)), new Entry("m", "l", value(12, 1))), decision.effects());
    }

    /** Stamped anew, what is there already would count twice. */
    @Test
    void shouldTakeAgainWhatItHasThoughItsClockSteppedBackMeanwhile() {
        List<Cell> added = List.of(
                CounterCell.share(Stamp.of(50, 0, "w"), 3, 0),
                OrCell.add(Stamp.of(50, 0, "w"), ONE),
                update(50, "a", ONE),
                value(50, 1));
        List<Cell> more = List.of(
                CounterCell.share(Stamp.of(50, 0, "w"), 4, 0),
                OrCell.remove(List.of(Stamp.of(50, 0, "w")), 51),
                update(51, "a", TWO),
                value(51, 2));
        for (int i = 0; i < added.size(); i++) {
            List<Op> first = List.of(op(1, "k" + i, added.get(i)));
            assertEquals(List.of(ErrorCode.FUTURE_STAMP), refusedBefore(49, first), "it is new");
            state.apply(merged("m", "k" + i, added.get(i)));
            assertEquals(List.of(), refusedBefore(49, first), "it is there");
            assertEquals(List.of(ErrorCode.FUTURE_STAMP), refusedBefore(49, List.of(op(2, "k" + i, more.get(i)))));
        }
    }

    private List<ErrorCode> refusedBefore(long stampMsMax, List<Op> ops) {
        Admission.Decision decision = state.admission().decide(List.of(Histories.frame(ops, stampMsMax)));
        assertEquals(List.of(), decision.effects());
        return decision.refused().getFirst().stream().map(Rejection::code).toList();
    }

    @Test
    void shouldNotChangeTheStateWhenItDecides() {
        decide(op(1, "k", value(5, 1)));
        assertEquals(0, state.size());
        assertEquals(0, state.seq());
    }

    @Test
    void shouldRefuseOnlyTheOperationOfAnotherKind() {
        state.apply(merged("m", "k", value(5, 1)));
        Admission.Decision decision = decide(op(7, "k", update(6, "a", ONE)), op(8, "k", value(6, 2)));
        List<Rejection> refused = decision.refused().getFirst();
        assertEquals(1, refused.size());
        assertEquals(7, refused.getFirst().opId());
        assertEquals(ErrorCode.KIND_MISMATCH, refused.getFirst().code());
        assertEquals(List.of(new Entry("m", "k", value(6, 2))), decision.effects());
    }

    @Test
    void shouldRefuseAKindThatAnEarlierOperationOfTheBatchRulesOut() {
        assertEquals(
                List.of(ErrorCode.KIND_MISMATCH), refused(op(1, "k", value(5, 1)), op(2, "k", update(6, "a", ONE))));
    }

    @Test
    void shouldLetOneKeyHaveDifferentKindsInDifferentMaps() {
        state.apply(merged("other", "k", update(5, "a", ONE)));
        assertEquals(List.of(), refused(op(1, "k", value(6, 1))));
    }

    @Test
    void shouldRefuseANewKeyFromBehindTheFrontier() {
        state.apply(new Event.FrontierAdvanced(100));
        assertEquals(List.of(ErrorCode.STALE), refused(op(1, "k", value(100, 1)), op(2, "l", value(101, 1))));
    }

    @Test
    void shouldTakeAnOldChangeOfAFieldThatIsThere() {
        state.apply(merged("m", "k", FieldsCell.set(Stamp.of(50, 0, "w"), Life.FOREVER, new String[] {"a"}, ONE)));
        state.apply(new Event.FrontierAdvanced(100));
        assertEquals(List.of(), refused(op(1, "k", update(60, "a", TWO))));
        assertEquals(List.of(ErrorCode.STALE), refused(op(1, "k", update(60, "b", ONE))));
        assertEquals(List.of(), refused(op(1, "k", update(40, "b", ONE))), "the base is newer");
    }

    @Test
    void shouldRefuseAnOldBaseThatWouldReplaceTheOneThatIsThere() {
        state.apply(
                merged("m", "k", FieldsCell.set(Stamp.of(50, 0, "w"), Life.of(0, 80, 50), new String[] {"a"}, ONE)));
        state.apply(new Event.FrontierAdvanced(100));
        FieldsCell touch = FieldsCell.set(Stamp.of(50, 0, "w"), Life.of(0, 80, 90), new String[] {"a"}, ONE);
        assertEquals(List.of(), refused(op(1, "k", touch)), "the same base, touched");
        assertEquals(List.of(), refused(op(1, "k", FieldsCell.delete(Stamp.of(40, 0, "w")))), "an older one");
        assertEquals(List.of(ErrorCode.STALE), refused(op(1, "k", FieldsCell.delete(Stamp.of(60, 0, "w")))));
    }

    @Test
    void shouldNotLetAnOldSetBringBackWhatWasDeletedAndForgotten() {
        FieldsCell old = FieldsCell.set(Stamp.of(40, 0, "w"), Life.FOREVER, new String[] {"a"}, ONE);
        state.apply(merged("m", "k", FieldsCell.delete(Stamp.of(50, 0, "w"))))
                .apply(new Event.FrontierAdvanced(100))
                .apply(merged("m", "k", update(150, "b", ONE)));
        assertEquals(List.of(ErrorCode.STALE), refused(op(1, "k", old)));
    }

    @Test
    void shouldNotLetAnOldAddBringBackATagThatWasRemovedAndForgotten() {
        OrCell old = OrCell.add(Stamp.of(40, 0, "w"), ONE);
        state.apply(merged("m", "k", OrCell.remove(List.of(Stamp.of(40, 0, "w")), 50)))
                .apply(new Event.FrontierAdvanced(100))
                .apply(merged("m", "k", OrCell.add(Stamp.of(150, 0, "w"), TWO)));
        assertEquals(List.of(ErrorCode.STALE), refused(op(1, "k", old)));
    }

    @Test
    void shouldNotMoveTheFrontierBack() {
        state.apply(new Event.FrontierAdvanced(100)).apply(new Event.FrontierAdvanced(50));
        assertEquals(100, state.frontierMs());
    }

    @Test
    void shouldDropTombstonesAtTheFrontierAndNothingElse() {
        state.apply(merged("m", "old", removed(100)))
                .apply(merged("m", "young", removed(101)))
                .apply(merged("m", "live", value(1, 1)))
                .apply(merged("n", "old", removed(1)))
                .apply(new Event.FrontierAdvanced(100));
        assertEquals(
                Set.of(new Entry("m", "young", removed(101)), new Entry("m", "live", value(1, 1))),
                Set.copyOf(state.changesSince(Set.of("m", "n"), 0, 1 << 20).entries()));
        assertArrayEquals(new long[] {0}, state.digests("n", 0));
    }

    @Test
    void shouldCutAChunkBetweenChangesAndNeverInsideOne() {
        state.apply(merged("m", "a", value(1, 1)));
        state.apply(merged(List.of(new Entry("m", "b", value(2, 1)), new Entry("n", "b", value(2, 2)))));
        state.apply(merged("m", "c", value(3, 1)));
        PartitionState.Changes first = state.changesSince(Set.of("m", "n"), 1, 0);
        assertEquals(2, first.entries().size());
        assertEquals(2, first.next().seq());
        assertTrue(first.more());
        PartitionState.Changes second = state.changesSince(Set.of("m", "n"), 2, 0);
        assertEquals(List.of(new Entry("m", "c", value(3, 1))), second.entries());
        assertFalse(second.more());
    }

    @Test
    void shouldTellAKeyOnceHoweverOftenItChanged() {
        for (int i = 1; i <= 1000; i++) {
            state.apply(merged("m", "k", value(i, i % 24)));
        }
        PartitionState.Changes changes = state.changesSince(Set.of("m"), 0, 1 << 20);
        assertEquals(List.of(new Entry("m", "k", value(1000, 1000 % 24))), changes.entries());
        assertEquals(1000, changes.next().seq());
    }

    @Test
    void shouldAnswerUpToTheLastChangeWhenNoneWasInTheMaps() {
        state.apply(merged("m", "k", value(1, 1)));
        assertEquals(
                new PartitionState.Changes(List.of(), new Cursor(1, 0), false),
                state.changesSince(Set.of("other"), 0, 100));
    }

    @Test
    void shouldFindEveryCellInExactlyItsBucket() {
        PartitionState filled = Histories.filled("m", 300);
        for (int depth = 0; depth <= 3; depth++) {
            int at = depth;
            Set<Integer> all = IntStream.range(0, 1 << (4 * depth)).boxed().collect(Collectors.toSet());
            Set<String> found = new HashSet<>();
            filled.inBuckets("m", depth, all, (bucket, entry, digest) -> {
                assertEquals(bucket, Partitions.bucket(Partitions.bucketBits(Murmur3.hash(entry.key())), at));
                assertTrue(found.add(entry.key()));
                assertEquals(filled.digest(entry), digest);
            });
            assertEquals(300, found.size(), "depth " + depth);
        }
    }

    @Test
    void shouldAnswerForAMapThatIsNotThere() {
        assertArrayEquals(new long[256], state.digests("none", 2));
        state.inBuckets("none", 2, Set.of(255), (bucket, entry, digest) -> {
            throw new AssertionError("there is none");
        });
    }

    @Test
    void shouldRefuseTheFieldThatWouldMakeAnEntryTooLarge() {
        int most = Limits.defaults().fieldsMax();
        String[] names = IntStream.range(0, most)
                .mapToObj(i -> String.valueOf(10_000 + i))
                .toArray(String[]::new);
        byte[] ones = new byte[most];
        state.apply(merged("m", "k", FieldsCell.set(Stamp.of(1, 0, "w"), Life.FOREVER, names, ones)));
        assertEquals(List.of(), refused(op(1, "k", update(2, names[0], ONE))));
        assertEquals(List.of(ErrorCode.TOO_MANY_FIELDS), refused(op(1, "k", update(2, "one-more", ONE))));
    }

    private static CounterCell shares(int count, long plus) {
        long[] times = new long[count];
        String[] writers = new String[count];
        long[] amounts = new long[count];
        for (int i = 0; i < count; i++) {
            times[i] = Stamp.time(i + 1, 0);
            writers[i] = "w";
            amounts[i] = plus;
        }
        return CounterCell.of(Optional.empty(), Shares.of(times, writers, amounts, new long[count]));
    }

    @Test
    void shouldRefuseTheShareThatWouldMakeACounterTooLarge() {
        int most = Limits.defaults().sharesMax();
        state.apply(merged("m", "k", shares(most, 1)));
        assertEquals(List.of(), refused(op(1, "k", CounterCell.share(Stamp.of(1, 0, "w"), 2, 0))));
        CounterCell oneMore = CounterCell.share(Stamp.of(most + 1, 0, "w"), 1, 0);
        assertEquals(List.of(ErrorCode.TOO_MANY_FIELDS), refused(op(1, "k", oneMore)));
    }

    @Test
    void shouldRefuseToAddToACounterPastTheGreatestNumber() {
        state.apply(merged("m", "k", CounterCell.share(Stamp.of(1, 0, "w"), CounterCell.SUM_MAX - 1, 0)));
        CounterCell two = CounterCell.share(Stamp.of(2, 0, "v"), 2, 0);
        assertEquals(List.of(), refused(op(1, "k", CounterCell.share(Stamp.of(2, 0, "v"), 1, 7))));
        assertEquals(List.of(ErrorCode.INVALID_VALUE), refused(op(1, "k", two)));
        assertEquals(List.of(ErrorCode.INVALID_VALUE), refused(op(1, "new", shares(3, CounterCell.SUM_MAX))));
        state.apply(merged("m", "k", two));
        CounterCell down = CounterCell.share(Stamp.of(3, 0, "v"), 0, 1);
        assertEquals(List.of(), refused(op(1, "k", down)), "or it could never come down again");
    }

    @Test
    void shouldRefuseToAddToAShareThatIsFolded() {
        long day = CounterCell.SHARE_MS;
        state.apply(merged("m", "k", CounterCell.share(Stamp.of(10, 0, "w"), 1, 0)))
                .apply(merged("m", "k", CounterCell.share(Stamp.of(30, 0, "w"), 1, 0)))
                .apply(new Event.FrontierAdvanced(day + 20));
        assertEquals(List.of(ErrorCode.STALE), refused(op(1, "k", CounterCell.share(Stamp.of(10, 0, "w"), 2, 0))));
        assertEquals(List.of(ErrorCode.STALE), refused(op(1, "k", CounterCell.share(Stamp.of(20, 0, "v"), 2, 0))));
        assertEquals(List.of(), refused(op(1, "k", CounterCell.share(Stamp.of(21, 0, "v"), 2, 0))));
        assertEquals(List.of(), refused(op(1, "k", CounterCell.share(Stamp.of(30, 0, "w"), 2, 0))));
        assertTrue(state.isGood(Cursor.at(1)), "folding hides nothing from an older copy");
    }

    @Test
    void shouldRefuseAnotherKindThanTheBatchHasJustRemovedForGood() {
        state.apply(merged("m", "k", value(5, 1))).apply(new Event.FrontierAdvanced(100));
        assertEquals(
                List.of(ErrorCode.KIND_MISMATCH), refused(op(1, "k", removed(50)), op(2, "k", update(200, "a", ONE))));
    }

    @Test
    void shouldForgetAtOnceWhatAnOldOperationRemoves() {
        state.apply(merged("m", "k", value(5, 1))).apply(new Event.FrontierAdvanced(100));
        state.apply(merged(decide(op(1, "k", removed(50))).effects()));
        assertEquals(0, state.size());
        assertFalse(state.isGood(Cursor.at(2)), "who has the value must not miss that it went");
        assertTrue(state.isGood(Cursor.at(3)));
    }

    @Test
    void shouldJudgeManyOldTagsInLittleTime() {
        OrTag[] tags = IntStream.rangeClosed(1, 50_000)
                .mapToObj(ms -> OrTag.live(Stamp.of(ms, 0, "w"), ONE))
                .toArray(OrTag[]::new);
        state.apply(merged("m", "k", OrCell.of(tags)));
        state.apply(new Event.FrontierAdvanced(100_000));
        assertTimeout(Duration.ofSeconds(5), () -> assertEquals(List.of(), refused(op(1, "k", OrCell.of(tags)))));
    }
}
