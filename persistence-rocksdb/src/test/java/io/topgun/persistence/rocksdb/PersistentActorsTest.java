package io.topgun.persistence.rocksdb;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many typed persistent actors at once, with snapshots of rows and events deleted behind them. */
class PersistentActorsTest {
    private static final int ACTORS = 271;
    private static final int COMMANDS = 60;

    @TempDir
    Path dir;

    private sealed interface Command {
        record Put(String key) implements Command {}

        record Read(ActorRef<Map<String, Integer>> replyTo) implements Command {}
    }

    /** Counts how often each key was put; saves the counts that changed since the last snapshot. */
    private static final class Counters extends EventSourcedBehavior<Command, String, Map<String, Integer>> {
        private final Map<String, Integer> changed = new ConcurrentHashMap<>();

        Counters(String id) {
            super(PersistenceId.ofUniqueId(id));
        }

        @Override
        public Map<String, Integer> emptyState() {
            return new ConcurrentHashMap<>();
        }

        @Override
        public CommandHandler<Command, String, Map<String, Integer>> commandHandler() {
            return (state, command) -> switch (command) {
                case Command.Put(String key) -> Effect().persist(List.of(key, "all"));
                case Command.Read(ActorRef<Map<String, Integer>> replyTo) -> {
                    replyTo.tell(Map.copyOf(state));
                    yield Effect().none();
                }
            };
        }

        @Override
        public EventHandler<Map<String, Integer>, String> eventHandler() {
            return (state, key) -> {
                changed.put(key, state.merge(key, 1, Integer::sum));
                return state;
            };
        }

        @Override
        public SnapshotAdapter<Map<String, Integer>> snapshotAdapter() {
            return new SnapshotAdapter<>() {
                @Override
                public Object toJournal(Map<String, Integer> state) {
                    RowsSnapshot.Builder rows = RowsSnapshot.changes(new byte[0]);
                    changed.forEach((key, count) ->
                            rows.put(RowsSnapshotTest.bytes(key), RowsSnapshotTest.bytes(Integer.toString(count))));
                    changed.clear();
                    return rows.build();
                }

                @Override
                public Map<String, Integer> fromJournal(Object from) {
                    Map<String, Integer> state = new ConcurrentHashMap<>();
                    RowsSnapshotTest.map(from).forEach((key, count) -> state.put(key, Integer.valueOf(count)));
                    return state;
                }
            };
        }

        @Override
        public RetentionCriteria retentionCriteria() {
            return RetentionCriteria.snapshotEvery(50, 1).withDeleteEventsOnSnapshot();
        }
    }

    private static List<ActorRef<Command>> spawn(TestSystem system) {
        List<ActorRef<Command>> actors = new ArrayList<>();
        for (int n = 0; n < ACTORS; n++)
            actors.add(Adapter.spawn(system.system(), new Counters("partition-" + n), "partition-" + n));
        return actors;
    }

    private static void assertAllCounted(TestSystem system, List<ActorRef<Command>> actors, int rounds)
            throws Exception {
        var typed = Adapter.toTyped(system.system());
        for (ActorRef<Command> actor : actors) {
            CompletionStage<Map<String, Integer>> answer =
                    AskPattern.ask(actor, Command.Read::new, Duration.ofSeconds(20), typed.scheduler());
            Map<String, Integer> counts = answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertEquals(rounds * COMMANDS, counts.get("all"));
            assertEquals(rounds * COMMANDS / 4, counts.get("key-3"));
        }
    }

    @Test
    void shouldRecoverEachActorFromItsRowsAndTheEventsBehindThem() throws Exception {
        for (int round = 1; round <= 3; round++) {
            try (TestSystem system = new TestSystem(dir)) {
                List<ActorRef<Command>> actors = spawn(system);
                for (int n = 0; n < COMMANDS; n++) {
                    String key = "key-" + n % 4;
                    actors.forEach(actor -> actor.tell(new Command.Put(key)));
                }
                assertAllCounted(system, actors, round);
                long highest = 2L * round * COMMANDS;
                JournalProbe journal = new JournalProbe(system, "partition-7");
                assertEquals(highest, journal.replay().highest());
                await().untilAsserted(() ->
                        assertEquals(true, journal.replay().events().size() < 100));
            }
        }
    }
}
