package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.protocol.Entry;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Laws of a partition's state: whatever happened, those who read, replay or compare agree with it. */
class PartitionStateLawsTest {
    private static final Set<String> MAPS = Set.copyOf(Histories.MAPS);

    @Provide
    Arbitrary<List<Histories.Step>> histories() {
        return Histories.steps().list().ofMinSize(1).ofMaxSize(40);
    }

    @Provide
    Arbitrary<Set<String>> mapSets() {
        return Arbitraries.of(Histories.MAPS).set().ofMinSize(1);
    }

    /** A state, and beside it the plain map that it must amount to. */
    private static final class Run {
        final PartitionState state = Histories.state();
        final List<Event> events = new ArrayList<>();
        final List<Copy> at = new ArrayList<>(List.of(new Copy()));

        static Run of(List<Histories.Step> history) {
            Run run = new Run();
            history.forEach(run::take);
            return run;
        }

        void take(Histories.Step step) {
            Histories.event(state, step).ifPresent(event -> {
                state.apply(event);
                events.add(event);
                at.add(at.getLast().copy().apply(event));
            });
        }

        Set<Entry> content(Set<String> maps) {
            Set<Entry> content = new HashSet<>(at.getLast().content());
            content.removeIf(entry -> !maps.contains(entry.map()));
            return content;
        }
    }

    private static Set<Entry> read(PartitionState state, Set<String> maps) {
        return Set.copyOf(state.changesSince(maps, 0, Integer.MAX_VALUE).entries());
    }

    @Property(tries = 300)
    void eventsGiveTheirMergePrunedAtTheFrontier(
            @ForAll("histories") List<Histories.Step> history, @ForAll("mapSets") Set<String> maps) {
        Run run = Run.of(history);
        assertEquals(run.content(maps), read(run.state, maps));
        assertEquals(run.events.size(), run.state.seq());
        assertEquals(run.content(MAPS).size(), run.state.size());
    }

    @Property(tries = 300)
    void digestsAreThoseOfTheContentAtEveryDepth(@ForAll("histories") List<Histories.Step> history) {
        Run run = Run.of(history);
        for (String map : MAPS) {
            for (int depth = 0; depth <= 2; depth++) {
                long all = 0;
                for (long digest : run.state.digests(map, depth)) {
                    all ^= digest;
                }
                assertEquals(run.at.getLast().digest(map), all, map + " at depth " + depth);
            }
        }
    }

    @Property(tries = 300)
    void replayThroughTheSerializerGivesTheSameState(@ForAll("histories") List<Histories.Step> history) {
        Run run = Run.of(history);
        EventSerializer serializer = new EventSerializer();
        PartitionState replayed = Histories.state();
        for (Event event : run.events) {
            byte[] bytes = serializer.toBinary(event);
            replayed.apply((Event) serializer.fromBinary(bytes, serializer.manifest(event)));
        }
        assertEquals(read(run.state, MAPS), read(replayed, MAPS));
        assertEquals(run.state.seq(), replayed.seq());
        assertEquals(run.state.frontierMs(), replayed.frontierMs());
    }

    /** Equal, not only alike to see: the digests of those who caught up are the replica's. */
    @Property(tries = 500)
    void chunksFromAnyGoodPositionBringAnOldCopyUpToTheState(
            @ForAll("histories") List<Histories.Step> history, @ForAll @IntRange(max = 200) int chunkBytes) {
        Run run = Run.of(history);
        for (int position = 0; position <= run.state.seq(); position++) {
            if (run.state.isGood(Cursor.at(position))) {
                Copy copy = run.at.get(position).copy();
                readChunks(run.state, copy, Cursor.at(position), chunkBytes);
                assertEquals(run.at.getLast().content(), copy.content(), "from position " + position);
            }
        }
    }

    private static void readChunks(PartitionState state, Copy copy, Cursor from, int chunkBytes) {
        Cursor cursor = from;
        PartitionState.Changes changes;
        do {
            assertTrue(state.isGood(cursor), "nothing happens between these chunks");
            changes = state.changesSince(MAPS, cursor.seq(), chunkBytes);
            copy.merge(changes.entries());
            assertTrue(changes.next().seq() > cursor.seq() || !changes.more(), "each chunk gets on");
            cursor = changes.next();
        } while (changes.more());
        assertEquals(state.seq(), cursor.seq());
        copy.prune(state.frontierMs());
    }

    @Property(tries = 300)
    void whoHasNothingIsNeverRefusedAndGetsTheState(
            @ForAll("histories") List<Histories.Step> history, @ForAll @IntRange(max = 200) int chunkBytes) {
        Run run = Run.of(history);
        Copy copy = new Copy();
        readChunks(run.state, copy, Cursor.START, chunkBytes);
        assertEquals(run.at.getLast().content(), copy.content());
    }

    /** A reader in the middle of its chunks goes on while the state changes, as long as nothing is hidden from it. */
    @Property(tries = 1000)
    void chunksReadWhileTheStateChangesBringACopyUpToIt(
            @ForAll("histories") List<Histories.Step> history,
            @ForAll @IntRange(max = 60) int chunkBytes,
            @ForAll @IntRange(max = 20) int before) {
        Run run = Run.of(history.subList(0, Math.min(before, history.size())));
        Copy copy = new Copy();
        Cursor cursor = Cursor.START;
        for (Histories.Step step : history.subList(Math.min(before, history.size()), history.size())) {
            if (!run.state.isGood(cursor)) {
                return; // it compares digests
            }
            PartitionState.Changes changes = run.state.changesSince(MAPS, cursor.seq(), chunkBytes);
            copy.merge(changes.entries());
            cursor = changes.next();
            run.take(step);
        }
        if (run.state.isGood(cursor)) {
            readChunks(run.state, copy, cursor, chunkBytes);
            assertEquals(run.at.getLast().content(), copy.content());
        }
    }

    /** Nothing comes back and nothing is missed: STALE refuses what only a replica that forgets nothing could order. */
    @Property(tries = 2000)
    void whatIsTakenShowsAsIfNothingHadBeenPruned(@ForAll("histories") List<Histories.Step> history) {
        Run run = new Run();
        Copy unpruned = new Copy();
        for (Histories.Step step : history) {
            if (step instanceof Histories.Step.Batch batch) {
                List<Apply> frames = batch.ops().stream()
                        .map(op -> Histories.frame(List.of(op), Long.MAX_VALUE))
                        .toList();
                List<List<Rejection>> refused = run.state.decide(frames).refused();
                for (int i = 0; i < frames.size(); i++) {
                    Op op = batch.ops().get(i);
                    if (refused.get(i).isEmpty()) {
                        unpruned.merge(List.of(new Entry(op.map(), op.key(), op.delta())));
                    }
                }
            }
            run.take(step);
            long now = Math.max(run.state.frontierMs(), Histories.EPOCH);
            assertEquals(unpruned.visible(now), run.at.getLast().visible(now));
        }
    }

    @Property(tries = 300)
    void theStateIsAlwaysPrunedAtItsFrontier(@ForAll("histories") List<Histories.Step> history) {
        Run run = new Run();
        for (Histories.Step step : history) {
            run.take(step);
            for (Entry entry : read(run.state, MAPS)) {
                assertSame(
                        entry.cell(),
                        entry.cell().pruned(run.state.frontierMs()).orElseThrow());
            }
        }
    }

    @Property(tries = 300)
    void aBatchAtOnceIsTheSameAsItsOperationsOneByOne(@ForAll("histories") List<Histories.Step> history) {
        Run together = Run.of(history);
        PartitionState apart = Histories.state();
        for (Histories.Step step : history) {
            List<Histories.Step> parts = switch (step) {
                case Histories.Step.Frontier frontier -> List.of(frontier);
                case Histories.Step.Batch batch ->
                    batch.ops().stream()
                            .map(op -> (Histories.Step) new Histories.Step.Batch(List.of(op)))
                            .toList();
            };
            parts.forEach(part -> Histories.event(apart, part).ifPresent(apart::apply));
        }
        assertEquals(read(together.state, MAPS), read(apart, MAPS));
    }
}
