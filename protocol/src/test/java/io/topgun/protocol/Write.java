package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CellKind;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.TextOrder;
import io.topgun.crdt.ValueCell;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** A write as a user would state it, from which both the delta and the specification follow. */
sealed interface Write {
    int HOUR_MS = 3_600_000;

    Stamp stamp();

    /** The stamp that decides whether the delta is older than a frontier. */
    default Stamp target() {
        return stamp();
    }

    Cell delta();

    record SetValue(Stamp stamp, int value, Life life) implements Write {
        @Override
        public Cell delta() {
            return ValueCell.set(stamp, VectorCells.cbor(value), life);
        }
    }

    record RemoveValue(Stamp stamp) implements Write {
        @Override
        public Cell delta() {
            return ValueCell.remove(stamp);
        }
    }

    record SetObject(Stamp stamp, Map<String, Integer> fields, Life life) implements Write {
        @Override
        public Cell delta() {
            return FieldsCell.set(
                    stamp,
                    life,
                    fields.keySet().toArray(String[]::new),
                    VectorCells.cbor(fields.values().toArray()));
        }
    }

    /** Fields to change, or to remove where there is no value. */
    record UpdateObject(Stamp stamp, Map<String, Optional<Integer>> fields) implements Write {
        @Override
        public Cell delta() {
            Object[] values = fields.values().stream()
                    .map(value -> value.<Object>map(v -> v).orElse(Optional.empty()))
                    .toArray();
            return FieldsCell.update(stamp, fields.keySet().toArray(String[]::new), VectorCells.cbor(values));
        }
    }

    record DeleteObject(Stamp stamp) implements Write {
        @Override
        public Cell delta() {
            return FieldsCell.delete(stamp);
        }
    }

    record AddToSet(Stamp stamp, int value) implements Write {
        @Override
        public Cell delta() {
            return OrCell.add(stamp, VectorCells.cbor(value));
        }
    }

    record RemoveFromSet(Stamp stamp, List<Stamp> seen) implements Write {
        @Override
        public Cell delta() {
            return OrCell.remove(seen, stamp.ms());
        }
    }

    /** Somebody read an entry that idles: from the stamp of its base or value on it has this life. */
    record Touch(Stamp stamp, Stamp target, Life life, Cell delta) implements Write {}

    /** Adds to what the writer has added before, so the delta depends on the state. */
    record Count(Stamp stamp, long amount, Cell delta) implements Write {}

    static Write random(CellKind kind, Stamp stamp, Random random, List<String> names, Optional<Cell> state) {
        Optional<Write> touch = state.flatMap(cell -> touch(cell, stamp));
        if (touch.isPresent() && random.nextInt(2) == 0) {
            return touch.get();
        }
        return switch (kind) {
            case VALUE ->
                random.nextInt(4) == 0
                        ? new RemoveValue(stamp)
                        : new SetValue(stamp, random.nextInt(300), randomLife(random, stamp.ms()));
            case FIELDS -> randomObject(stamp, random, names);
            case OR -> randomSet(stamp, random, state);
            case COUNTER -> randomCount(stamp, random, state);
        };
    }

    /** Half of all entries live forever; the others end within days, some in the past. */
    private static Life randomLife(Random random, long nowMs) {
        long expiresMs = random.nextInt(4) == 0 ? Math.max(1, nowMs - HOUR_MS + random.nextInt(30 * HOUR_MS)) : 0;
        boolean idle = random.nextInt(3) == 0;
        return Life.of(expiresMs, idle ? 1 + random.nextInt(60 * HOUR_MS) : 0, idle ? nowMs : 0);
    }

    private static Optional<Write> touch(Cell cell, Stamp now) {
        if (!cell.isVisible(now.ms())) {
            return Optional.empty();
        }
        return switch (cell) {
            case ValueCell value -> {
                Life life = value.life().touched(now.ms());
                Cell delta = ValueCell.set(value.stamp(), value.value().orElseThrow(), life);
                yield life.idleMs() == 0 ? Optional.empty() : Optional.of(new Touch(now, value.stamp(), life, delta));
            }
            case FieldsCell fields -> {
                Stamp base = new Stamp(fields.baseTime(), fields.baseWriter());
                Life life = fields.life().touched(now.ms());
                Cell delta = FieldsCell.set(base, life, new String[0], new byte[0]);
                yield life.idleMs() == 0 ? Optional.empty() : Optional.of(new Touch(now, base, life, delta));
            }
            case OrCell or -> Optional.empty();
            case CounterCell counter -> Optional.empty();
        };
    }

    private static Write randomCount(Stamp stamp, Random random, Optional<Cell> state) {
        int plus = random.nextInt(3) * 40;
        int minus = plus == 0 ? 1 + random.nextInt(2) : random.nextInt(2);
        CounterCell delta = state.isEmpty()
                ? CounterCell.share(stamp, plus, minus)
                : ((CounterCell) state.get()).add(stamp, plus, minus);
        return new Count(stamp, plus - minus, delta);
    }

    private static Write randomObject(Stamp stamp, Random random, List<String> names) {
        int choice = random.nextInt(6);
        if (choice == 0) {
            return new DeleteObject(stamp);
        }
        Map<String, Integer> set = new TreeMap<>(TextOrder::compare);
        Map<String, Optional<Integer>> update = new TreeMap<>(TextOrder::compare);
        for (int i = random.nextInt(4); i >= 0; i--) {
            String name = names.get(random.nextInt(names.size()));
            int value = random.nextInt(300);
            set.put(name, value);
            update.put(name, value < 100 ? Optional.empty() : Optional.of(value));
        }
        return choice < 3 ? new SetObject(stamp, set, randomLife(random, stamp.ms())) : new UpdateObject(stamp, update);
    }

    /** Adds one of few values, or removes one that is there, by the tags that show it. */
    private static Write randomSet(Stamp stamp, Random random, Optional<Cell> state) {
        if (state.orElse(null) instanceof OrCell or && random.nextInt(2) == 0) {
            Object value = Specification.VALUES[random.nextInt(Specification.VALUES.length)];
            List<Stamp> seen = or.tags().stream()
                    .filter(tag -> tag.value()
                            .filter(bytes -> Arrays.equals(bytes, VectorCells.cbor(value)))
                            .isPresent())
                    .map(OrTag::stamp)
                    .toList();
            if (!seen.isEmpty()) {
                return new RemoveFromSet(stamp, seen);
            }
        }
        return new AddToSet(stamp, Specification.VALUES[random.nextInt(Specification.VALUES.length)]);
    }
}
