package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import io.topgun.persistence.rocksdb.RocksPersistence;
import io.topgun.protocol.CellCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;

/** Incremental snapshots in the real store, some lost, some confirmed late, give the state back at every restart. */
@SuppressWarnings("NullAway.Init") // opened before the first try
class SnapshotCodecLawsTest {
    private static final Set<String> MAPS = Set.copyOf(Histories.MAPS);
    private static final AtomicInteger IDS = new AtomicInteger();
    private static Path dir;
    private static ActorSystem system;
    private static ActorRef store;

    /** A step of a replica's life. */
    sealed interface Life {
        record Change(Histories.Step step) implements Life {}

        /** A snapshot is taken and stored; its confirmation is on the way. */
        record Save() implements Life {}

        /** A snapshot is taken and gets lost. */
        record LostSave() implements Life {}

        /** The confirmations of the snapshots so far arrive. */
        record Confirmed() implements Life {}

        record Restart() implements Life {}
    }

    @BeforeContainer
    static void open() throws IOException {
        dir = Files.createTempDirectory("topgun-snapshots");
        system = ActorSystem.create(
                "snapshots",
                ConfigFactory.parseMap(Map.of(
                                RocksPersistence.CONFIG + ".dir",
                                dir.toString(),
                                RocksPersistence.CONFIG + ".sync",
                                "off",
                                "pekko.persistence.journal.plugin",
                                RocksPersistence.CONFIG + ".journal",
                                "pekko.persistence.snapshot-store.plugin",
                                RocksPersistence.CONFIG + ".snapshot-store",
                                "pekko.loglevel",
                                "WARNING"))
                        .withFallback(ConfigFactory.defaultReference()));
        store = Persistence.get(system).snapshotStoreFor("", ConfigFactory.empty());
    }

    @AfterContainer
    static void close() throws IOException {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Provide
    Arbitrary<List<Life>> lives() {
        Arbitrary<Life> changes = Histories.steps().map(Life.Change::new);
        Arbitrary<Life> others = Arbitraries.frequency(
                Tuple.of(3, new Life.Save()),
                Tuple.of(1, new Life.LostSave()),
                Tuple.of(2, new Life.Confirmed()),
                Tuple.of(1, new Life.Restart()));
        return Arbitraries.frequencyOf(Tuple.of(12, changes), Tuple.of(7, others))
                .list()
                .ofMinSize(10)
                .ofMaxSize(60);
    }

    @Property(tries = 100)
    void aRestartGivesTheStateBack(@ForAll("lives") List<Life> lives) {
        Replica replica = new Replica("partition-" + IDS.incrementAndGet());
        lives.forEach(replica::live);
        replica.restart();
    }

    /** What Pekko does around a state: the journal, the snapshots, the recovery. */
    private static final class Replica {
        private final String id;
        private final SnapshotCodec codec = new SnapshotCodec(new CellCodec(), Histories.SIP);
        private final List<Event> journal = new ArrayList<>();
        private final List<Long> unconfirmed = new ArrayList<>();
        private PartitionState state = Histories.state();

        Replica(String id) {
            this.id = id;
        }

        void live(Life life) {
            switch (life) {
                case Life.Change change ->
                    Histories.event(state, change.step()).ifPresent(event -> {
                        journal.add(event);
                        state.apply(event);
                    });
                case Life.Save save -> {
                    save();
                    unconfirmed.add(state.seq());
                }
                case Life.LostSave lost -> codec.toJournal(state);
                case Life.Confirmed confirmed -> {
                    unconfirmed.forEach(state::saved);
                    unconfirmed.clear();
                }
                case Life.Restart restart -> restart();
            }
        }

        private void save() {
            ask(new SnapshotProtocol.SaveSnapshot(
                    new SnapshotMetadata(id, state.seq(), System.currentTimeMillis()), codec.toJournal(state)));
        }

        void restart() {
            PartitionState before = state;
            unconfirmed.clear();
            state = load().map(codec::fromJournal).orElseGet(Histories::state);
            for (Event event : journal.subList((int) state.seq(), journal.size())) {
                state.apply(event);
            }
            assertSame(before, state);
        }

        private Optional<Object> load() {
            SnapshotProtocol.LoadSnapshotResult result = (SnapshotProtocol.LoadSnapshotResult)
                    ask(new SnapshotProtocol.LoadSnapshot(id, SnapshotSelectionCriteria.latest(), Long.MAX_VALUE));
            return result.snapshot().isEmpty()
                    ? Optional.empty()
                    : Optional.of(result.snapshot().get().snapshot());
        }

        private static Object ask(Object message) {
            return Patterns.ask(store, message, Duration.ofSeconds(20))
                    .toCompletableFuture()
                    .join();
        }
    }

    private static void assertSame(PartitionState before, PartitionState after) {
        assertEquals(before.seq(), after.seq());
        assertEquals(before.frontierMs(), after.frontierMs());
        assertEquals(changes(before), changes(after));
        for (long position = 0; position <= before.seq(); position++) {
            assertEquals(before.isGood(Cursor.at(position)), after.isGood(Cursor.at(position)), "position " + position);
        }
        for (String map : MAPS) {
            assertArrayEquals(before.digests(map, 1), after.digests(map, 1));
        }
    }

    /** Every entry with the number of its last change: a position means the same after a restart. */
    private static Map<Object, Long> changes(PartitionState state) {
        Map<Object, Long> changes = new HashMap<>();
        long position = 0;
        PartitionState.Changes chunk;
        do {
            chunk = state.changesSince(MAPS, position, 0);
            for (Object entry : chunk.entries()) {
                changes.put(entry, chunk.next().seq());
            }
            position = chunk.next().seq();
        } while (chunk.more());
        return changes;
    }
}
