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
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Murmur3;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import io.topgun.protocol.Entry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Op;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private List<ErrorCode> refused(Op... ops) {
        return state.decide(List.of(ops)).refusals().stream()
                .map(refusal -> refusal.rejection().code())
                .toList();
    }

    @Test
    void shouldHaveNoEffectWhenAnOperationAddsNothing() {
        state.apply(merged("m", "k", value(5, 1)));
        PartitionState.Decision decision = state.decide(List.of(op(1, "k", value(5, 1)), op(2, "k", value(4, 2))));
        assertEquals(new PartitionState.Decision(List.of(), List.of()), decision);
    }

    @Test
    void shouldJoinOperationsOfOneKeyIntoOneDelta() {
        state.apply(merged("m", "k", FieldsCell.set(Stamp.of(1, 0, "w"), Life.FOREVER, new String[] {"a"}, ONE)));
        FieldsCell first = update(2, "b", ONE);
        FieldsCell second = update(3, "c", TWO);
        List<Entry> effects =
                state.decide(List.of(op(1, "k", first), op(2, "k", second))).effects();
        assertEquals(List.of(new Entry("m", "k", first.merge(second))), effects);
    }

    @Test
    void shouldKeepTheDeltaOfEarlierOperationsWhenALaterOneAddsNothing() {
        List<Entry> effects = state.decide(List.of(op(1, "k", value(9, 1)), op(2, "k", value(8, 2))))
                .effects();
        assertEquals(List.of(new Entry("m", "k", value(9, 1))), effects);
    }

    @Test
    void shouldCarryTheDeltaAndNotTheMergedCell() {
        state.apply(merged("m", "k", FieldsCell.set(Stamp.of(1, 0, "w"), Life.FOREVER, new String[] {"a"}, ONE)));
        FieldsCell delta = update(2, "b", TWO);
        assertEquals(
                List.of(new Entry("m", "k", delta)),
                state.decide(List.of(op(1, "k", delta))).effects());
    }

    @Test
    void shouldNotChangeTheStateWhenItDecides() {
        state.decide(List.of(op(1, "k", value(5, 1))));
        assertEquals(0, state.size());
        assertEquals(0, state.seq());
    }

    @Test
    void shouldRefuseOnlyTheOperationOfAnotherKind() {
        state.apply(merged("m", "k", value(5, 1)));
        PartitionState.Decision decision =
                state.decide(List.of(op(7, "k", update(6, "a", ONE)), op(8, "k", value(6, 2))));
        assertEquals(1, decision.refusals().size());
        assertEquals(0, decision.refusals().getFirst().index());
        assertEquals(7, decision.refusals().getFirst().rejection().opId());
        assertEquals(
                ErrorCode.KIND_MISMATCH,
                decision.refusals().getFirst().rejection().code());
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
    void shouldTakeAnOldOperationOnAKeyThatIsThere() {
        state.apply(merged("m", "k", FieldsCell.set(Stamp.of(50, 0, "w"), Life.FOREVER, new String[] {"a"}, ONE)));
        state.apply(new Event.FrontierAdvanced(100));
        assertEquals(List.of(), refused(op(1, "k", update(60, "b", ONE))));
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
    void shouldResumeOnlyFromPositionsThatMissNoDroppedTombstone() {
        state.apply(merged("m", "a", value(1, 1)))
                .apply(merged("m", "b", removed(2)))
                .apply(merged("m", "c", value(3, 1)));
        assertTrue(state.canResumeFrom(0));
        state.apply(new Event.FrontierAdvanced(2));
        assertFalse(state.canResumeFrom(0));
        assertFalse(state.canResumeFrom(1));
        assertTrue(state.canResumeFrom(2));
        assertTrue(state.canResumeFrom(4));
        assertFalse(state.canResumeFrom(5), "not one that has not been");
        assertFalse(state.canResumeFrom(-1));
    }

    @Test
    void shouldCutAChunkBetweenChangesAndNeverInsideOne() {
        state.apply(merged("m", "a", value(1, 1)));
        state.apply(merged(List.of(new Entry("m", "b", value(2, 1)), new Entry("n", "b", value(2, 2)))));
        state.apply(merged("m", "c", value(3, 1)));
        PartitionState.Changes first = state.changesSince(Set.of("m", "n"), 1, 0);
        assertEquals(2, first.entries().size());
        assertEquals(2, first.upTo());
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
        assertEquals(1000, changes.upTo());
    }

    @Test
    void shouldAnswerUpToTheLastChangeWhenNoneWasInTheMaps() {
        state.apply(merged("m", "k", value(1, 1)));
        assertEquals(new PartitionState.Changes(List.of(), 1, false), state.changesSince(Set.of("other"), 0, 100));
    }

    @Test
    void shouldFindEveryCellInExactlyItsBucket() {
        PartitionState filled = Histories.filled("m", 300);
        for (int depth = 0; depth <= 3; depth++) {
            int at = depth;
            List<Integer> all = IntStream.range(0, 1 << (4 * depth)).boxed().toList();
            int found = 0;
            for (Map.Entry<Integer, List<Entry>> bucket :
                    filled.buckets("m", depth, all).entrySet()) {
                found += bucket.getValue().size();
                bucket.getValue()
                        .forEach(entry -> assertEquals(
                                bucket.getKey(),
                                Partitions.bucket(Partitions.bucketBits(Murmur3.hash(entry.key())), at)));
            }
            assertEquals(300, found, "depth " + depth);
        }
    }

    @Test
    void shouldAnswerForAMapThatIsNotThere() {
        assertArrayEquals(new long[256], state.digests("none", 2));
        assertEquals(Map.of(), state.buckets("none", 2, List.of(255)));
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
