package io.topgun.persistence.rocksdb;

import static io.topgun.persistence.rocksdb.RowsSnapshotTest.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Any sequence of incremental snapshots is a map, through failures and restarts. */
class RowsSnapshotLawsTest {
    private static final List<String> IDS = List.of("p", "p-1", "p-11");

    /** A step of the history of one id; an absent value is a deletion. */
    sealed interface Step {
        record Save(String id, boolean replacing, Map<String, Optional<String>> changes) implements Step {}

        /** A save that fails, but perhaps happened; its changes go with the next one too. */
        record LostSave(String id, boolean happened, Map<String, Optional<String>> changes) implements Step {}

        record Restart() implements Step {}
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<String> ids = Arbitraries.of(IDS);
        Arbitrary<String> keys = Arbitraries.of("", "a", "b", "ba", "\u0000", "\uffff", "c");
        Arbitrary<Optional<String>> values =
                Arbitraries.strings().alpha().ofMaxLength(3).optional();
        Arbitrary<Map<String, Optional<String>>> changes =
                Arbitraries.maps(keys, values).ofMaxSize(4);
        Arbitrary<Boolean> rarely = Arbitraries.frequency(Tuple.of(5, false), Tuple.of(1, true));
        Arbitrary<Step> saves = Combinators.combine(ids, rarely, changes).as(Step.Save::new);
        Arbitrary<Step> lost =
                Combinators.combine(ids, Arbitraries.of(true, false), changes).as(Step.LostSave::new);
        Arbitrary<Step> restarts = Arbitraries.just(new Step.Restart());
        return Arbitraries.frequencyOf(Tuple.of(6, saves), Tuple.of(2, lost), Tuple.of(1, restarts))
                .list()
                .ofMaxSize(12);
    }

    /** What a persistent actor knows: its state, and the changes no save has confirmed. */
    private static final class Model {
        final Map<String, String> stored = new TreeMap<>();
        final Map<String, Optional<String>> unconfirmed = new TreeMap<>();
        boolean saved;

        void apply(Map<String, Optional<String>> changes) {
            changes.forEach((key, value) -> value.ifPresentOrElse(v -> stored.put(key, v), () -> stored.remove(key)));
        }
    }

    @Property(tries = 60)
    void rowsAreAMap(@ForAll("histories") List<Step> history) throws IOException {
        Path dir = Files.createTempDirectory("rows");
        try (Run run = new Run(dir)) {
            history.forEach(run::take);
            run.check();
        } finally {
            delete(dir);
        }
    }

    /** A store and, beside it, what it must hold. */
    private static final class Run implements AutoCloseable {
        private final Path dir;
        private final Map<String, Model> models = new TreeMap<>();
        private TestStore store;
        private long sequenceNr;

        Run(Path dir) {
            this.dir = dir;
            store = new TestStore(dir);
        }

        void take(Step step) {
            sequenceNr++;
            switch (step) {
                case Step.Restart() -> {
                    store.close();
                    store = new TestStore(dir);
                }
                case Step.LostSave(String id, boolean happened, Map<String, Optional<String>> changes) -> {
                    model(id).unconfirmed.putAll(changes);
                    if (happened) TestStore.await(store.save(id, sequenceNr, snapshot(false, changes)));
                }
                case Step.Save(String id, boolean replacing, Map<String, Optional<String>> changes) ->
                    save(id, replacing, changes);
            }
        }

        private void save(String id, boolean replacing, Map<String, Optional<String>> changes) {
            Model model = model(id);
            if (replacing) model.stored.clear();
            Map<String, Optional<String>> all = replacing ? changes : union(model.unconfirmed, changes);
            TestStore.await(store.save(id, sequenceNr, snapshot(replacing, all)));
            model.apply(all);
            model.unconfirmed.clear();
            model.saved = true;
            check();
        }

        private Model model(String id) {
            return models.computeIfAbsent(id, absent -> new Model());
        }

        void check() {
            models.forEach((id, model) -> {
                if (model.saved && model.unconfirmed.isEmpty())
                    assertEquals(model.stored, RowsSnapshotTest.map(store.rows(id)));
            });
        }

        @Override
        public void close() {
            store.close();
        }
    }

    private static Map<String, Optional<String>> union(
            Map<String, Optional<String>> earlier, Map<String, Optional<String>> later) {
        Map<String, Optional<String>> union = new TreeMap<>(earlier);
        union.putAll(later);
        return union;
    }

    private static RowsSnapshot snapshot(boolean replacing, Map<String, Optional<String>> changes) {
        byte[] header = bytes("h");
        RowsSnapshot.Builder builder = replacing ? RowsSnapshot.replacement(header) : RowsSnapshot.changes(header);
        changes.forEach((key, value) ->
                value.ifPresentOrElse(v -> builder.put(bytes(key), bytes(v)), () -> builder.delete(bytes(key))));
        return builder.build();
    }

    private static void delete(Path dir) throws IOException {
        try (var files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
