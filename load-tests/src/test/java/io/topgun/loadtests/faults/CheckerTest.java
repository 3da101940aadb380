package io.topgun.loadtests.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.loadtests.Observation;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Level;
import io.topgun.protocol.Op;
import io.topgun.protocol.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Proves the checker: a sound observation is green, and each planted bug turns it red. */
class CheckerTest {
    private static final String KEY = "k";
    private static final Position AT_TEN = new Position(7, 1, 10);

    private final History history = new History();
    private final Checker checker = new Checker();

    @Test
    void shouldFindNothingWhenEveryAcknowledgedWriteIsThere() {
        write(true, Workload.VALUES, value(1, "old"));
        write(true, Workload.VALUES, value(2, "new"));
        write(true, Workload.FIELDS, fields(1, "a", "x"));
        write(true, Workload.TAGS, tag(1, "x"));
        assertEquals(
                List.of(),
                check(
                        entry(Workload.VALUES, value(2, "new")),
                        entry(Workload.FIELDS, fields(1, "a", "x")),
                        entry(Workload.TAGS, tag(1, "x"))));
    }

    @Test
    void shouldAllowEitherWhenAWriteWasNotAcknowledged() {
        write(true, Workload.VALUES, value(1, "old"));
        write(false, Workload.VALUES, value(2, "new"));
        assertEquals(List.of(), check(entry(Workload.VALUES, value(1, "old"))));
        assertEquals(
                List.of(),
                new Checker()
                        .check(
                                history.copy(),
                                observation(entry(Workload.VALUES, value(2, "new"))),
                                Checker.Stores.RESTARTED));
    }

    @Test
    void shouldFindALostCell() {
        write(true, Workload.VALUES, value(1, "x"));
        assertFault("lost: no cell", check());
    }

    @Test
    void shouldFindALostOverwrite() {
        write(true, Workload.VALUES, value(1, "old"));
        write(true, Workload.VALUES, value(2, "new"));
        assertFault("lost: at", check(entry(Workload.VALUES, value(1, "old"))));
    }

    @Test
    void shouldFindALostField() {
        write(true, Workload.FIELDS, fields(1, "a", "x"));
        write(true, Workload.FIELDS, FieldsCell.update(stamp(2), new String[] {"b"}, text("y")));
        assertFault("lost: at", check(entry(Workload.FIELDS, fields(1, "a", "x"))));
    }

    @Test
    void shouldFindALostTag() {
        write(true, Workload.TAGS, tag(1, "x"));
        write(true, Workload.TAGS, tag(2, "y"));
        assertFault("lost: at", check(entry(Workload.TAGS, tag(1, "x"))));
    }

    @Test
    void shouldFindARemovedTagThatIsBack() {
        write(true, Workload.TAGS, tag(1, "x"));
        write(true, Workload.TAGS, OrCell.remove(List.of(stamp(1)), 2));
        assertFault("lost: at", check(entry(Workload.TAGS, tag(1, "x"))));
    }

    @Test
    void shouldFindWhatWasSeenOnceAndIsGone() {
        write(false, Workload.VALUES, value(1, "x"));
        assertEquals(List.of(), check(entry(Workload.VALUES, value(1, "x"))));
        assertFault(
                "lost: no cell",
                checker.check(history.copy(), observation(new Position(7, 2, 10)), Checker.Stores.RESTARTED));
    }

    @Test
    void shouldFindADoubledTag() {
        write(true, Workload.TAGS, tag(1, "x"));
        OrCell doubled = OrCell.of(OrTag.live(stamp(1), text("x")), OrTag.live(stamp(2), text("x")));
        assertFault("twice: one add", check(entry(Workload.TAGS, doubled)));
    }

    @Test
    void shouldFindACellThatIsListedTwice() {
        write(true, Workload.VALUES, value(1, "x"));
        Entry entry = entry(Workload.VALUES, value(1, "x"));
        assertFault("twice: a second cell", check(entry, entry));
    }

    @Test
    void shouldFindAnInventedValue() {
        write(true, Workload.VALUES, value(1, "x"));
        assertFault("invented: at", check(entry(Workload.VALUES, value(1, "y"))));
    }

    @Test
    void shouldFindAnInventedStamp() {
        write(true, Workload.VALUES, value(1, "x"));
        assertFault("invented: at", check(entry(Workload.VALUES, value(9, "x"))));
    }

    @Test
    void shouldFindAnInventedKey() {
        assertFault("invented: nothing", check(entry(Workload.VALUES, value(1, "x"))));
    }

    @Test
    void shouldFindADigestThatIsNotOfTheCells() {
        write(true, Workload.VALUES, value(1, "x"));
        Observation sound = observation(entry(Workload.VALUES, value(1, "x")));
        Map<Observation.Slice, Long> digests = new HashMap<>(sound.digests());
        digests.put(new Observation.Slice(Workload.TAGS, 5), 1L);
        assertFault(
                "digest:",
                checker.check(
                        history.copy(),
                        new Observation(sound.entries(), sound.positions(), digests),
                        Checker.Stores.RESTARTED));
    }

    @Test
    void shouldFindASequenceNumberThatGoesBack() {
        checker.check(history.copy(), observation(AT_TEN), Checker.Stores.RESTARTED);
        assertFault(
                "position:",
                checker.check(history.copy(), observation(new Position(7, 2, 9)), Checker.Stores.RESTARTED));
    }

    @Test
    void shouldFindAnIncarnationThatWasNotRaised() {
        checker.check(history.copy(), observation(AT_TEN), Checker.Stores.RESTARTED);
        assertFault(
                "position:",
                checker.check(history.copy(), observation(new Position(7, 1, 11)), Checker.Stores.RESTARTED));
    }

    @Test
    void shouldFindAnotherStore() {
        checker.check(history.copy(), observation(AT_TEN), Checker.Stores.RESTARTED);
        assertFault(
                "position:",
                checker.check(history.copy(), observation(new Position(8, 2, 11)), Checker.Stores.RESTARTED));
    }

    @Test
    void shouldFindAnIncarnationThatWasRaisedWithoutARestart() {
        checker.check(history.copy(), observation(AT_TEN), Checker.Stores.RESTARTED);
        assertFault(
                "position:", checker.check(history.copy(), observation(new Position(7, 2, 10)), Checker.Stores.SAME));
    }

    @Test
    void shouldTakeTheTotalsThatWereWritten() {
        write(true, Workload.TAGS, tag(1, "x"));
        write(true, Workload.TAGS, tag(2, "y"));
        write(true, Workload.TAGS, OrCell.remove(List.of(stamp(1)), 3));
        write(true, Workload.COUNTERS, CounterCell.share(stamp(1), 5, 0));
        write(true, Workload.COUNTERS, CounterCell.share(stamp(1), 5, 2));
        write(false, Workload.COUNTERS, CounterCell.share(stamp(1), 9, 2));
        Cell set = OrCell.remove(List.of(stamp(1)), 3).merge(tag(2, "y"));
        assertEquals(
                List.of(),
                check(entry(Workload.TAGS, set), entry(Workload.COUNTERS, CounterCell.share(stamp(1), 5, 2))));
        assertEquals(List.of(), totals(Workload.COUNTERS, CounterCell.share(stamp(1), 9, 2)));
    }

    @Test
    void shouldFindAWrongSumOfACounter() {
        write(true, Workload.COUNTERS, CounterCell.share(stamp(1), 5, 0));
        write(true, Workload.COUNTERS, CounterCell.share(stamp(2), 0, 3));
        Cell both = CounterCell.share(stamp(1), 5, 0).merge(CounterCell.share(stamp(2), 0, 3));
        assertEquals(List.of(), totals(Workload.COUNTERS, both));
        assertFault("total: 5", totals(Workload.COUNTERS, CounterCell.share(stamp(1), 5, 0)));
        assertFault("total: 7", totals(Workload.COUNTERS, both.merge(CounterCell.share(stamp(3), 5, 0))));
        assertFault("lost: at", check(entry(Workload.COUNTERS, CounterCell.share(stamp(1), 5, 0))));
        assertFault("invented: at", check(entry(Workload.COUNTERS, both.merge(CounterCell.share(stamp(3), 5, 0)))));
    }

    @Test
    void shouldFindAWrongSizeOfASet() {
        write(true, Workload.TAGS, tag(1, "x"));
        write(true, Workload.TAGS, tag(2, "y"));
        write(true, Workload.TAGS, OrCell.remove(List.of(stamp(2)), 3));
        assertFault("total: 2", totals(Workload.TAGS, tag(1, "x").merge(tag(2, "y"))));
        assertFault("total: 0", totals(Workload.TAGS, OrCell.remove(List.of(stamp(1), stamp(2)), 3)));
    }

    @Test
    void shouldFindAReadThatGoesBackwards() {
        Observation.Slice slice = new Observation.Slice(Workload.VALUES, Partitions.of(KEY));
        Map<String, Cell> told = Map.of(KEY, value(2, "new"));
        assertEquals(List.of(), Watch.wentBack(slice, told, List.of(entry(Workload.VALUES, value(2, "new")))));
        assertEquals(List.of(), Watch.wentBack(slice, told, List.of(entry(Workload.VALUES, value(3, "newer")))));
        assertFault("backwards:", Watch.wentBack(slice, told, List.of(entry(Workload.VALUES, value(1, "old")))));
        assertFault("backwards:", Watch.wentBack(slice, told, List.of()));
    }

    @Test
    void shouldFindAClientThatHasNotWhatTheNodeHas() {
        Observation now = observation(entry(Workload.VALUES, value(1, "x")));
        Holdings watcher = new Holdings(Holdings.Resume.AT_ONE_STORE);
        assertEquals(1, watcher.differing(now.digests()).size());
        watcher.merge(now.entries());
        assertEquals(List.of(), watcher.differing(now.digests()));
    }

    @Test
    void shouldFindAPositionThatGoesBackInOneSession() {
        Holdings watcher = new Holdings(Holdings.Resume.AT_ONE_STORE);
        watcher.move(5, AT_TEN);
        watcher.move(5, new Position(7, 2, 10));
        assertEquals(List.of(), watcher.faults());
        watcher.move(5, new Position(7, 2, 9));
        assertFault("position:", watcher.faults());
    }

    @Test
    void shouldFindANodeThatDiffersFromTheOthers() {
        write(true, Workload.VALUES, value(1, "old"));
        write(true, Workload.VALUES, value(2, "new"));
        Observation sound = observation(entry(Workload.VALUES, value(2, "new")));
        Observation stale = observation(entry(Workload.VALUES, value(1, "old")));
        assertEquals(List.of(), checker.check(history.copy(), List.of(sound, sound), Checker.Stores.ANY));
        List<String> faults = checker.check(history.copy(), List.of(sound, stale), Checker.Stores.ANY);
        assertFault("unequal: node 2", faults);
        assertFault("lost: at", faults);
        assertFault("unequal: node 2", Checker.unequal(List.of(sound, observation())));
    }

    @Test
    void shouldFindALostWriteOfTwoNodesThatAgree() {
        write(true, Workload.VALUES, value(1, "x"));
        assertFault(
                "lost: no cell",
                checker.check(history.copy(), List.of(observation(), observation()), Checker.Stores.ANY));
    }

    @Test
    void shouldExpectOfALostDiskWhatWasReplicatedOnly() {
        Op onOne = new Op(0, Workload.VALUES, KEY, value(1, "x"));
        Op onTwo = new Op(1, Workload.TAGS, KEY, tag(1, "x"));
        for (Op op : List.of(onOne, onTwo)) {
            history.sent(op);
            history.acknowledged(op, Level.PERSISTED);
        }
        history.acknowledged(onTwo, Level.REPLICATED);
        history.acknowledged(onTwo, Level.PERSISTED);
        assertEquals(
                2, check().stream().filter(fault -> fault.startsWith("lost:")).count());
        history.diskLost();
        List<String> faults = check();
        assertEquals(
                1, faults.stream().filter(fault -> fault.startsWith("lost:")).count());
        assertFault("lost: no cell at Place[map=tags", faults);
    }

    @Test
    void shouldFindAnyStoreThatGoesBackWhenSeveralAnswer() {
        Position ofAnother = new Position(8, 1, 3);
        assertEquals(List.of(), order(AT_TEN, ofAnother));
        assertEquals(List.of(), order(new Position(7, 2, 10), new Position(9, 1, 1)));
        assertFault("position:", order(ofAnother, new Position(7, 2, 9)));
        assertFault("position:", order(new Position(9, 0, 1), ofAnother));
    }

    private List<String> order(Position first, Position second) {
        return checker.check(history.copy(), List.of(observation(first), observation(second)), Checker.Stores.ANY);
    }

    private List<String> totals(String map, Cell found) {
        Place place = new Place(map, KEY);
        return Totals.check(place, history.copy().getOrDefault(place, List.of()), found).stream()
                .toList();
    }

    private List<String> check(Entry... entries) {
        return checker.check(history.copy(), observation(entries), Checker.Stores.RESTARTED);
    }

    private static void assertFault(String start, List<String> faults) {
        assertTrue(faults.stream().anyMatch(fault -> fault.startsWith(start)), () -> start + " is not in " + faults);
    }

    private void write(boolean acknowledged, String map, Cell delta) {
        Op op = new Op(0, map, KEY, delta);
        history.sent(op);
        if (acknowledged) {
            history.acknowledged(op, Level.PERSISTED);
        }
    }

    private static Observation observation(Entry... entries) {
        return observation(AT_TEN, entries);
    }

    private static Observation observation(Position position, Entry... entries) {
        Observation unsigned = new Observation(new ArrayList<>(List.of(entries)), Map.of(), Map.of());
        return new Observation(unsigned.entries(), Map.of(Partitions.of(KEY), position), unsigned.computedDigests());
    }

    private static Entry entry(String map, Cell cell) {
        return new Entry(map, KEY, cell);
    }

    private static ValueCell value(long ms, String text) {
        return ValueCell.set(stamp(ms), text(text), Life.FOREVER);
    }

    private static FieldsCell fields(long ms, String name, String text) {
        return FieldsCell.set(stamp(ms), Life.FOREVER, new String[] {name}, text(text));
    }

    private static OrCell tag(long ms, String text) {
        return OrCell.add(stamp(ms), text(text));
    }

    private static Stamp stamp(long ms) {
        return Stamp.of(ms, 0, "w");
    }

    private static byte[] text(String text) {
        return new CborWriter().text(text).toByteArray();
    }
}
