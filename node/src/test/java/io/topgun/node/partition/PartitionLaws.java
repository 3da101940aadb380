package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.protocol.Entry;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The laws of what is taken and of positions, for any rules that claim to be a partition's. */
final class PartitionLaws {
    static final Set<String> MAPS = Set.copyOf(Histories.MAPS);

    private final PartitionRules rules;

    PartitionLaws(PartitionRules rules) {
        this.rules = rules;
    }

    /** A state, and beside it the plain map that it must amount to. */
    static final class Run {
        final PartitionState state = Histories.state();
        private final PartitionRules rules;
        final List<Event> events = new ArrayList<>();
        final List<Copy> at = new ArrayList<>(List.of(new Copy()));

        private Run(PartitionRules rules) {
            this.rules = rules;
        }

        void take(Histories.Step step) {
            event(step).ifPresent(event -> {
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

        private Optional<Event> event(Histories.Step step) {
            return switch (step) {
                case Histories.Step.Frontier frontier -> Optional.of(new Event.FrontierAdvanced(frontier.ms()));
                case Histories.Step.Batch batch -> {
                    List<Entry> effects =
                            rules.decide(state, frames(batch.ops())).effects();
                    yield effects.isEmpty() ? Optional.empty() : Optional.of(Histories.merged(effects));
                }
            };
        }
    }

    Run run(List<Histories.Step> history) {
        Run run = new Run(rules);
        history.forEach(run::take);
        return run;
    }

    private static List<Apply> frames(List<Op> ops) {
        return ops.stream()
                .map(op -> Histories.frame(List.of(op), Long.MAX_VALUE))
                .toList();
    }

    static Set<Entry> read(PartitionState state, Set<String> maps) {
        return Set.copyOf(state.changesSince(maps, 0, Integer.MAX_VALUE).entries());
    }

    void chunksFromAnyGoodPositionBringAnOldCopyUpToTheState(List<Histories.Step> history, int chunkBytes) {
        Run run = run(history);
        for (int position = 0; position <= run.state.seq(); position++) {
            if (rules.isGood(run.state, Cursor.at(position))) {
                Copy copy = run.at.get(position).copy();
                readChunks(run.state, copy, Cursor.at(position), chunkBytes);
                assertEquals(run.at.getLast().content(), copy.content(), "from position " + position);
            }
        }
    }

    private void readChunks(PartitionState state, Copy copy, Cursor from, int chunkBytes) {
        Cursor cursor = from;
        PartitionState.Changes changes;
        do {
            assertTrue(rules.isGood(state, cursor), "nothing happens between these chunks");
            changes = rules.changesSince(state, MAPS, cursor.seq(), chunkBytes);
            copy.merge(changes.entries());
            assertTrue(changes.next().seq() > cursor.seq() || !changes.more(), "each chunk gets on");
            cursor = changes.next();
        } while (changes.more());
        assertEquals(state.seq(), cursor.seq());
        copy.prune(state.frontierMs());
    }

    void whoHasNothingIsNeverRefusedAndGetsTheState(List<Histories.Step> history, int chunkBytes) {
        Run run = run(history);
        Copy copy = new Copy();
        readChunks(run.state, copy, Cursor.START, chunkBytes);
        assertEquals(run.at.getLast().content(), copy.content());
    }

    void chunksReadWhileTheStateChangesBringACopyUpToIt(List<Histories.Step> history, int chunkBytes, int before) {
        Run run = run(history.subList(0, Math.min(before, history.size())));
        Copy copy = new Copy();
        Cursor cursor = Cursor.START;
        for (Histories.Step step : history.subList(Math.min(before, history.size()), history.size())) {
            if (!rules.isGood(run.state, cursor)) {
                return; // it compares digests
            }
            PartitionState.Changes changes = rules.changesSince(run.state, MAPS, cursor.seq(), chunkBytes);
            copy.merge(changes.entries());
            cursor = changes.next();
            run.take(step);
        }
        if (rules.isGood(run.state, cursor)) {
            readChunks(run.state, copy, cursor, chunkBytes);
            assertEquals(run.at.getLast().content(), copy.content());
        }
    }

    void whatIsTakenShowsAsIfNothingHadBeenPruned(List<Histories.Step> history) {
        Run run = new Run(rules);
        Copy unpruned = new Copy();
        for (Histories.Step step : history) {
            if (step instanceof Histories.Step.Batch batch) {
                List<List<Rejection>> refused =
                        rules.decide(run.state, frames(batch.ops())).refused();
                for (int i = 0; i < refused.size(); i++) {
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
}
