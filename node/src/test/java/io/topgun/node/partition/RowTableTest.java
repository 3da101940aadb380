package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongPredicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A table of rows does what a {@link LinkedHashMap} does whose changed entries are put at its end. */
class RowTableTest {
    /** What may happen to a table. */
    sealed interface Step {
        record Put(int key) implements Step {}

        record Remove(int key) implements Step {}

        /** A walk through all rows that removes every n-th change's. */
        record Sweep(int every) implements Step {}
    }

    /** Cell, digest and number of a key's last change, as the map has it. */
    private record Expected(Cell cell, long digest, long seq) {}

    private static final class Pair {
        final RowTable table = new RowTable(Histories.SIP);
        final LinkedHashMap<String, Expected> map = new LinkedHashMap<>();
        long seq;

        void take(Step step) {
            switch (step) {
                case Step.Put put -> put("k" + put.key());
                case Step.Remove remove -> {
                    RowTable.Row row = find("k" + remove.key());
                    assertEquals(map.remove("k" + remove.key()) != null, row != null);
                    if (row != null) {
                        table.remove(row);
                    }
                }
                case Step.Sweep sweep -> sweep(number -> number % sweep.every() == 0);
            }
        }

        void put(String key) {
            Cell cell = Histories.value(++seq, 1);
            map.putLast(key, new Expected(cell, -seq, seq));
            RowTable.Row row = find(key);
            if (row == null) {
                table.add(key, table.hash(key), cell, -seq, seq);
            } else {
                table.change(row, cell, -seq, seq);
            }
        }

        void sweep(LongPredicate gone) {
            map.values().removeIf(expected -> gone.test(expected.seq()));
            for (RowTable.Row row = table.first(); row != null; row = row.after()) {
                if (gone.test(row.seq())) {
                    table.remove(row);
                }
            }
        }

        RowTable.@Nullable Row find(String key) {
            return table.find(key, table.hash(key));
        }

        void check() {
            List<Map.Entry<String, Expected>> rows = new ArrayList<>();
            for (RowTable.Row row = table.first(); row != null; row = row.after()) {
                rows.add(Map.entry(row.key, new Expected(row.cell(), row.digest(), row.seq())));
            }
            assertEquals(List.copyOf(map.entrySet()), rows);
            List<String> back = new ArrayList<>();
            for (RowTable.Row row = table.last(); row != null; row = row.before()) {
                back.addFirst(row.key);
            }
            assertEquals(List.copyOf(map.keySet()), back);
            for (String key : back) {
                assertEquals(key, Objects.requireNonNull(find(key)).key);
            }
            assertEquals(map.size(), table.size());
            assertEquals(1, Integer.bitCount(table.slotCount()));
            assertTrue(table.size() <= table.slotCount(), table.size() + " rows in " + table.slotCount());
            assertTrue(table.slotCount() <= Math.max(4, 4 * table.size()), table.size() + " in " + table.slotCount());
        }
    }

    @Provide
    Arbitrary<List<Step>> schedules() {
        return Combinators.combine(weights(), weights())
                .as(RowTableTest::steps)
                .flatMap(steps -> steps.list().ofMaxSize(300));
    }

    private static Arbitrary<Integer> weights() {
        return Arbitraries.integers().between(1, 9);
    }

    private static Arbitrary<Step> steps(int puts, int removes) {
        Arbitrary<Integer> keys = Arbitraries.integers().between(0, 60);
        return Arbitraries.frequencyOf(
                Tuple.of(10 * puts, keys.map(Step.Put::new)),
                Tuple.of(10 * removes, keys.map(Step.Remove::new)),
                Tuple.of(1, Arbitraries.integers().between(1, 4).map(Step.Sweep::new)));
    }

    @Property(tries = 300)
    void aTableIsALinkedMap(@ForAll("schedules") List<Step> schedule) {
        Pair pair = new Pair();
        for (Step step : schedule) {
            pair.take(step);
            pair.check();
        }
    }

    @Test
    void shouldGrowToManyRowsAndShrinkWhenTheyGo() {
        Pair pair = new Pair();
        for (int i = 0; i < 100_000; i++) {
            pair.put("k" + i);
        }
        pair.check();
        pair.sweep(number -> number % 1_000 != 0);
        pair.check();
        assertEquals(100, pair.table.size());
        pair.sweep(number -> true);
        pair.check();
        assertEquals(4, pair.table.slotCount());
        assertNull(pair.table.first());
    }

    @Test
    void shouldTellKeysOfOneHashApart() {
        RowTable table = new RowTable(Histories.SIP);
        for (int i = 0; i < 10; i++) {
            table.add("k" + i, 7, Histories.value(i, 1), 0, i);
        }
        for (int i = 9; i >= 0; i -= 2) {
            table.remove(Objects.requireNonNull(table.find("k" + i, 7)));
        }
        for (int i = 0; i < 10; i++) {
            assertEquals(i % 2 == 0, table.find("k" + i, 7) != null, "k" + i);
        }
    }

    @Test
    void shouldRefuseToRemoveARowTwice() {
        RowTable table = new RowTable(Histories.SIP);
        table.add("k", 7, Histories.value(1, 1), 0, 1);
        RowTable.Row row = Objects.requireNonNull(table.first());
        table.remove(row);
        assertThrows(IllegalStateException.class, () -> table.remove(row));
    }
}
