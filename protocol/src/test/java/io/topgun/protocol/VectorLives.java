package io.topgun.protocol;

import static io.topgun.protocol.VectorCells.LATEST;
import static io.topgun.protocol.VectorCells.MID;
import static io.topgun.protocol.VectorCells.MS;
import static io.topgun.protocol.VectorCells.NEW;
import static io.topgun.protocol.VectorCells.OLD;
import static io.topgun.protocol.VectorCells.cbor;

import io.topgun.crdt.Cell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Golden cells with a max-idle, and the pairs of them that are merged. */
final class VectorLives {
    private static final String[] AB = {"a", "b"};

    private VectorLives() {}

    private static FieldsCell base(Stamp stamp, Life life) {
        return FieldsCell.set(stamp, life, new String[0], new byte[0]);
    }

    static Map<String, Cell> cells() {
        Map<String, Cell> cells = new LinkedHashMap<>();
        cells.put("value that idles", ValueCell.set(OLD, cbor("hello"), Life.of(0, 60_000, MS + 5)));
        cells.put("value that expires and idles", ValueCell.set(NEW, cbor(1), Life.of(MS + 9, 1, 0)));
        cells.put(
                "value with the greatest life",
                ValueCell.set(LATEST, cbor(0), Life.of(Stamp.MS_MAX, Stamp.MS_MAX, Stamp.MS_MAX)));
        cells.put("fields that idle", FieldsCell.set(OLD, Life.of(0, 1_000, MS), AB, cbor(1, "x")));
        cells.put("fields that expire and idle", FieldsCell.set(MID, Life.of(1, 24, MS + 1), AB, cbor(1, 2)));
        cells.put("fields touched, no fields", base(OLD, Life.of(0, 1_000, MS + 300)));
        cells.put(
                "fields that idle, updated",
                FieldsCell.of(
                        Optional.of(new FieldsCell.Base(OLD, true, Life.of(0, 5, MS - 1))),
                        AB,
                        cbor(1, Optional.empty()),
                        new Stamp[] {null, NEW}));
        return cells;
    }

    /** Pairs {a, b}, by name. */
    static Map<String, Cell[]> pairs() {
        Map<String, Cell[]> pairs = new LinkedHashMap<>();
        ValueCell value = ValueCell.set(OLD, cbor("x"), Life.of(0, 1_000, MS));
        FieldsCell fields = FieldsCell.set(OLD, Life.of(0, 1_000, MS), AB, cbor(1, 2));
        FieldsCell touch = base(OLD, Life.of(0, 1_000, MS + 900));
        FieldsCell update = FieldsCell.update(MID, new String[] {"b"}, cbor(3));
        pair(pairs, "touch: a value", value, ValueCell.set(OLD, cbor("x"), Life.of(0, 1_000, MS + 900)));
        pair(pairs, "touch: a value that was set again", ValueCell.set(NEW, cbor("y"), Life.FOREVER), value);
        pair(pairs, "touch: an object keeps its fields", fields, touch);
        pair(pairs, "touch: an object with updates", fields.merge(update), touch);
        pair(pairs, "touch: twice, the later counts", touch, base(OLD, Life.of(0, 1_000, MS + 800)));
        pair(pairs, "touch: of what was deleted", touch, FieldsCell.delete(NEW));
        pair(pairs, "touch: of what was set again", FieldsCell.set(NEW, Life.FOREVER, AB, cbor(7, 8)), touch);
        pair(
                pairs,
                "one stamp twice: life, expires before idle",
                base(OLD, Life.of(MS + 2, 0, 0)),
                base(OLD, Life.of(MS + 1, 9, MS + 9)));
        pair(
                pairs,
                "one stamp twice: life, idle before touched",
                base(OLD, Life.of(MS, 9, MS)),
                base(OLD, Life.of(MS, 8, MS + 9)));
        pair(
                pairs,
                "one stamp twice: life, none is the least",
                ValueCell.set(OLD, cbor(0), Life.FOREVER),
                ValueCell.set(OLD, cbor(0), Life.of(0, 1, 0)));
        return pairs;
    }

    private static void pair(Map<String, Cell[]> pairs, String name, Cell a, Cell b) {
        pairs.put(name, new Cell[] {a, b});
    }
}
