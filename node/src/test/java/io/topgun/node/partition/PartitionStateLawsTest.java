package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.topgun.protocol.Entry;
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
    private static final Set<String> MAPS = PartitionLaws.MAPS;
    private static final PartitionLaws LAWS = new PartitionLaws(new PartitionRules());

    @Provide
    Arbitrary<List<Histories.Step>> histories() {
        return Histories.steps().list().ofMinSize(1).ofMaxSize(40);
    }

    @Provide
    Arbitrary<Set<String>> mapSets() {
        return Arbitraries.of(Histories.MAPS).set().ofMinSize(1);
    }

    @Property(tries = 300)
    void eventsGiveTheirMergePrunedAtTheFrontier(
            @ForAll("histories") List<Histories.Step> history, @ForAll("mapSets") Set<String> maps) {
        PartitionLaws.Run run = LAWS.run(history);
        assertEquals(run.content(maps), PartitionLaws.read(run.state, maps));
        assertEquals(run.events.size(), run.state.seq());
        assertEquals(run.content(MAPS).size(), run.state.size());
    }

    @Property(tries = 300)
    void digestsAreThoseOfTheContentAtEveryDepth(@ForAll("histories") List<Histories.Step> history) {
        PartitionLaws.Run run = LAWS.run(history);
        for (String map : MAPS) {
            for (int depth = 0; depth <= 2; depth++) {
                long all = 0;
                for (long digest : run.state.digests(map, depth)) {
                    all ^= digest;
                }
                assertEquals(run.at.getLast().digest(map), all, map + " at depth " + depth);
            }
            run.state.inBuckets(
                    map,
                    0,
                    Set.of(0),
                    (bucket, entry, digest) -> assertEquals(run.state.digest(entry), digest, entry.key()));
        }
    }

    @Property(tries = 300)
    void digestsAreTheSameWhetherTheyWereAskedForBeforeOrNot(@ForAll("histories") List<Histories.Step> history) {
        PartitionState asked = Histories.state();
        PartitionState notAsked = Histories.state();
        for (Event event : LAWS.run(history).events) {
            asked.apply(event);
            notAsked.apply(event);
            MAPS.forEach(map -> asked.digests(map, 0));
        }
        for (String map : MAPS) {
            assertArrayEquals(notAsked.digests(map, 2), asked.digests(map, 2), map);
            asked.inBuckets(
                    map,
                    0,
                    Set.of(0),
                    (bucket, entry, digest) -> assertEquals(asked.digest(entry), digest, entry.key()));
        }
    }

    @Property(tries = 300)
    void replayThroughTheSerializerGivesTheSameState(@ForAll("histories") List<Histories.Step> history) {
        PartitionLaws.Run run = LAWS.run(history);
        EventSerializer serializer = new EventSerializer();
        PartitionState replayed = Histories.state();
        for (Event event : run.events) {
            byte[] bytes = serializer.toBinary(event);
            replayed.apply((Event) serializer.fromBinary(bytes, serializer.manifest(event)));
        }
        assertEquals(PartitionLaws.read(run.state, MAPS), PartitionLaws.read(replayed, MAPS));
        assertEquals(run.state.seq(), replayed.seq());
        assertEquals(run.state.frontierMs(), replayed.frontierMs());
    }

    /** Equal, not only alike to see: the digests of those who caught up are the replica's. */
    @Property(tries = 500)
    void chunksFromAnyGoodPositionBringAnOldCopyUpToTheState(
            @ForAll("histories") List<Histories.Step> history, @ForAll @IntRange(max = 200) int chunkBytes) {
        LAWS.chunksFromAnyGoodPositionBringAnOldCopyUpToTheState(history, chunkBytes);
    }

    @Property(tries = 300)
    void whoHasNothingIsNeverRefusedAndGetsTheState(
            @ForAll("histories") List<Histories.Step> history, @ForAll @IntRange(max = 200) int chunkBytes) {
        LAWS.whoHasNothingIsNeverRefusedAndGetsTheState(history, chunkBytes);
    }

    /** A reader in the middle of its chunks goes on while the state changes, as long as nothing is hidden from it. */
    @Property(tries = 1000)
    void chunksReadWhileTheStateChangesBringACopyUpToIt(
            @ForAll("histories") List<Histories.Step> history,
            @ForAll @IntRange(max = 60) int chunkBytes,
            @ForAll @IntRange(max = 20) int before) {
        LAWS.chunksReadWhileTheStateChangesBringACopyUpToIt(history, chunkBytes, before);
    }

    /** Nothing comes back and nothing is missed: STALE refuses what only a replica that forgets nothing could order. */
    @Property(tries = 2000)
    void whatIsTakenShowsAsIfNothingHadBeenPruned(@ForAll("histories") List<Histories.Step> history) {
        LAWS.whatIsTakenShowsAsIfNothingHadBeenPruned(history);
    }

    @Property(tries = 300)
    void theStateIsAlwaysPrunedAtItsFrontier(@ForAll("histories") List<Histories.Step> history) {
        PartitionLaws.Run run = LAWS.run(List.of());
        for (Histories.Step step : history) {
            run.take(step);
            for (Entry entry : PartitionLaws.read(run.state, MAPS)) {
                assertSame(
                        entry.cell(),
                        entry.cell().pruned(run.state.frontierMs()).orElseThrow());
            }
        }
    }

    @Property(tries = 300)
    void aBatchAtOnceIsTheSameAsItsOperationsOneByOne(@ForAll("histories") List<Histories.Step> history) {
        PartitionLaws.Run together = LAWS.run(history);
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
        assertEquals(PartitionLaws.read(together.state, MAPS), PartitionLaws.read(apart, MAPS));
    }
}
