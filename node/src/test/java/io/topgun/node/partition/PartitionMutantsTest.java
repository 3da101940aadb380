package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.Entry;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.Example;

/** Planted bugs, each of which must break a law of partitions. */
class PartitionMutantsTest {
    private final Random random = new Random(7);

    private interface Law {
        void check(PartitionLaws laws, List<Histories.Step> history);
    }

    @Example
    void lawsCatchWrongStaleness() {
        assertTakes("a value for a key that has none", delta -> delta instanceof ValueCell);
        assertTakes("a base", delta -> delta instanceof FieldsCell fields && fields.hasBase());
        assertTakes("a field that is not there", delta -> delta instanceof FieldsCell fields && !fields.hasBase());
        assertTakes("a tag that is not there", delta -> delta instanceof OrCell);
        assertTakes("a share that is folded", delta -> delta instanceof CounterCell);
    }

    @Example
    void lawsCatchWrongPositions() {
        assertCaught("every position is good", this::fromAnyGoodPosition, new PartitionRules() {
            @Override
            boolean isGood(PartitionState state, Cursor cursor) {
                return cursor.seq() <= state.seq();
            }
        });
        assertCaught("nobody goes on after a pruning", this::fromNothing, new PartitionRules() {
            @Override
            boolean isGood(PartitionState state, Cursor cursor) {
                return state.frontierMs() == 0 && state.isGood(cursor);
            }
        });
        assertCaught("a chunk vouches for what is pruned behind it", this::whileItChanges, new PartitionRules() {
            @Override
            PartitionState.Changes changesSince(PartitionState state, Set<String> maps, long fromSeq, int bytesMax) {
                PartitionState.Changes real = super.changesSince(state, maps, fromSeq, bytesMax);
                return new PartitionState.Changes(
                        real.entries(), new Cursor(real.next().seq(), Long.MAX_VALUE), real.more());
            }
        });
        assertCaught("a chunk claims all there is", this::whileItChanges, new PartitionRules() {
            @Override
            PartitionState.Changes changesSince(PartitionState state, Set<String> maps, long fromSeq, int bytesMax) {
                PartitionState.Changes real = super.changesSince(state, maps, fromSeq, bytesMax);
                return new PartitionState.Changes(
                        real.entries(), new Cursor(state.seq(), real.next().droppedSeq()), false);
            }
        });
        assertCaught("a chunk is cut inside a change", this::fromAnyGoodPosition, new PartitionRules() {
            @Override
            PartitionState.Changes changesSince(PartitionState state, Set<String> maps, long fromSeq, int bytesMax) {
                PartitionState.Changes real = super.changesSince(state, maps, fromSeq, bytesMax);
                List<Entry> entries = real.entries();
                return new PartitionState.Changes(
                        entries.subList(0, Math.min(2, entries.size())), real.next(), real.more());
            }
        });
    }

    private void fromAnyGoodPosition(PartitionLaws laws, List<Histories.Step> history) {
        laws.chunksFromAnyGoodPositionBringAnOldCopyUpToTheState(history, random.nextInt(200));
    }

    private void fromNothing(PartitionLaws laws, List<Histories.Step> history) {
        laws.whoHasNothingIsNeverRefusedAndGetsTheState(history, random.nextInt(200));
    }

    private void whileItChanges(PartitionLaws laws, List<Histories.Step> history) {
        laws.chunksReadWhileTheStateChangesBringACopyUpToIt(history, random.nextInt(60), random.nextInt(20));
    }

    /** Plants that some deltas are taken although they are stale. */
    private void assertTakes(String mutant, Predicate<Cell> taken) {
        assertCaught(mutant, PartitionLaws::whatIsTakenShowsAsIfNothingHadBeenPruned, new PartitionRules() {
            @Override
            Admission.Decision decide(PartitionState state, List<Apply> batch) {
                Admission.Decision real = super.decide(state, batch);
                List<Entry> effects = new ArrayList<>(real.effects());
                List<List<Rejection>> refused = new ArrayList<>(real.refused());
                for (int i = 0; i < batch.size(); i++) {
                    Op op = batch.get(i).ops().getFirst();
                    boolean isStale = refused.get(i).stream().anyMatch(why -> why.code() == ErrorCode.STALE);
                    if (isStale && taken.test(op.delta())) {
                        effects.add(new Entry(op.map(), op.key(), op.delta()));
                        refused.set(i, List.of());
                    }
                }
                return new Admission.Decision(effects, refused);
            }
        });
    }

    private static void assertCaught(String mutant, Law law, PartitionRules wrong) {
        PartitionLaws laws = new PartitionLaws(wrong);
        assertTrue(
                Histories.steps().list().ofMinSize(1).ofMaxSize(40).generator(1_000).stream(new Random(42))
                        .limit(3_000)
                        .anyMatch(history -> isBroken(law, laws, history.value())),
                mutant);
    }

    private static boolean isBroken(Law law, PartitionLaws laws, List<Histories.Step> history) {
        try {
            law.check(laws, history);
            return false;
        } catch (AssertionError broken) {
            return true;
        }
    }
}
