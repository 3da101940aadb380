package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.protocol.Entry;
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
    void eventsGiveTheirMergeLessDroppedTombstones(
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

    @Property(tries = 300)
    void chunksFromAnyGoodPositionBringAnOldCopyUpToTheState(
            @ForAll("histories") List<Histories.Step> history, @ForAll @IntRange(max = 200) int chunkBytes) {
        Run run = Run.of(history);
        for (int position = 0; position <= run.state.seq(); position++) {
            if (run.state.canResumeFrom(position)) {
                Copy copy = run.at.get(position).copy();
                readChunks(run.state, copy, position, chunkBytes);
                assertEquals(run.at.getLast().visible(), copy.visible(), "from position " + position);
            }
        }
    }

    private static void readChunks(PartitionState state, Copy copy, long from, int chunkBytes) {
        long position = from;
        PartitionState.Changes changes;
        do {
            changes = state.changesSince(MAPS, position, chunkBytes);
            copy.merge(changes.entries());
            assertTrue(changes.upTo() > position || !changes.more(), "each chunk gets on");
            position = changes.upTo();
        } while (changes.more());
        assertEquals(state.seq(), position);
    }

    /** Each chunk's own position is exact, though the state moves on between two of them. */
    @Property(tries = 300)
    void chunksReadWhileTheStateChangesBringACopyUpToIt(
            @ForAll("histories") List<Histories.Step> history, @ForAll @IntRange(max = 60) int chunkBytes) {
        Run run = new Run();
        Copy copy = new Copy();
        long position = 0;
        for (Histories.Step step : history) {
            run.take(step);
            if (!run.state.canResumeFrom(position)) {
                return; // the frontier has passed this reader, which then compares digests
            }
            PartitionState.Changes changes = run.state.changesSince(MAPS, position, chunkBytes);
            copy.merge(changes.entries());
            position = changes.upTo();
        }
        readChunks(run.state, copy, position, chunkBytes);
        assertEquals(run.at.getLast().visible(), copy.visible());
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
