package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cells of the golden vectors, by name, and the pairs of them that are merged. */
final class VectorCells {
    static final long MS = 1_700_000_000_000L;
    static final Stamp OLD = Stamp.of(MS, 0, "w1");
    static final Stamp MID = Stamp.of(MS + 1, 7, "w1");
    static final Stamp NEW = Stamp.of(MS + 1, 7, "w2");
    static final Stamp LATEST = Stamp.of(MS + 86_400_000, 65_535, "0abcxyz");

    private VectorCells() {}

    static byte[] cbor(Object... items) {
        CborWriter out = new CborWriter();
        for (Object item : items) {
            switch (item) {
                case String text -> out.text(text);
                case Number number -> out.number(number.doubleValue());
                case Boolean bool -> out.bool(bool);
                default -> out.undefined();
            }
        }
        return out.toByteArray();
    }

    private static final Object REMOVED = new Object();

    private static FieldsCell set(Stamp stamp, String[] names, Object... values) {
        return FieldsCell.set(stamp, Life.FOREVER, names, cbor(values));
    }

    private static FieldsCell update(Stamp stamp, String[] names, Object... values) {
        return FieldsCell.update(stamp, names, cbor(values));
    }

    private static String[] names(String... names) {
        return names;
    }

    static Map<String, Cell> cells() {
        Map<String, Cell> cells = new LinkedHashMap<>();
        cells.put("value", ValueCell.set(OLD, cbor("hello"), Life.FOREVER));
        cells.put("value that expires", ValueCell.set(NEW, cbor(1.5), Life.until(MS + 60_000)));
        cells.put(
                "value with the greatest stamp",
                ValueCell.set(Stamp.of(Stamp.MS_MAX, 65_535, "z".repeat(32)), cbor(true), Life.until(Stamp.MS_MAX)));
        cells.put("value with the least stamp", ValueCell.set(Stamp.of(0, 0, "0"), cbor(0), Life.until(1)));
        cells.put("value removed", ValueCell.remove(LATEST));
        cells.put("fields set whole", set(OLD, names("lat", "lng", "name"), 48.85341, 2.3488, "Paris"));
        cells.put("fields that expire", FieldsCell.set(MID, Life.until(MS + 5), names("a"), cbor(1)));
        cells.put("fields, none", set(OLD, names()));
        cells.put("fields deleted", FieldsCell.delete(NEW));
        cells.put("fields updated, no base", update(MID, names("b", "aa"), REMOVED, 2));
        cells.put(
                "fields updated twice, no base",
                FieldsCell.of(
                        Optional.empty(), names("a", "b", "c"), cbor(1, REMOVED, 3), new Stamp[] {NEW, OLD, NEW}));
        cells.put(
                "fields, a base and two groups",
                FieldsCell.of(
                        Optional.of(new FieldsCell.Base(OLD, true, Life.until(MS + 1_000))),
                        names("b", "aa", "é", "name", "🚀"),
                        cbor(1, 2, 3, REMOVED, 5),
                        new Stamp[] {MID, null, LATEST, MID, null}));
        cells.put(
                "fields deleted, updated later",
                FieldsCell.of(
                        Optional.of(new FieldsCell.Base(MID, false, Life.FOREVER)), names("x"), cbor(1), new Stamp[] {
                            NEW
                        }));
        cells.put("fields with names of JavaScript", set(OLD, names("toString", "__proto__", "constructor"), 1, 2, 3));
        cells.put(
                "fields in text order, not in UTF-16 order",
                set(OLD, names("zz", "é", "\uffff", "\ue000\ue000\ue000\ue000", "𐀀𐀀𐀀"), 1, 2, 3, 4, 5));
        cells.put("or, one tag", OrCell.add(OLD, cbor("tag")));
        cells.put("or, added twice", OrCell.of(OrTag.live(OLD, cbor("x")), OrTag.live(MID, cbor("x"))));
        cells.put("or, removed", OrCell.remove(List.of(OLD, NEW), MS + 9));
        cells.put("or, one removed of two", OrCell.of(OrTag.removed(OLD, MS + 9), OrTag.live(NEW, cbor("y"))));
        return cells;
    }

    /** Pairs {a, b}, by name. */
    static Map<String, Cell[]> pairs() {
        Map<String, Cell[]> pairs = new LinkedHashMap<>();
        FieldsCell paris = set(OLD, names("lat", "name"), 48.85, "Paris");
        FieldsCell rename = update(MID, names("name"), "Lutetia");
        FieldsCell move = update(NEW, names("lat"), 0);
        pair(
                pairs,
                "value: the later wins",
                ValueCell.set(OLD, cbor(1), Life.FOREVER),
                ValueCell.set(MID, cbor(2), Life.FOREVER));
        pair(
                pairs,
                "value: the greater writer wins",
                ValueCell.set(NEW, cbor(1), Life.FOREVER),
                ValueCell.set(MID, cbor(2), Life.FOREVER));
        pair(pairs, "value: a removal is a write", ValueCell.set(OLD, cbor(1), Life.FOREVER), ValueCell.remove(MID));
        pair(pairs, "value: set again", ValueCell.set(NEW, cbor(1), Life.until(MS + 5)), ValueCell.remove(MID));
        pair(pairs, "fields: two edit two fields", paris.merge(rename), move);
        pair(pairs, "fields: two edit one field", update(MID, names("name"), "A"), update(NEW, names("name"), "B"));
        pair(pairs, "fields: update before set", rename, paris);
        pair(pairs, "fields: update removes a field", paris, update(MID, names("name"), REMOVED));
        pair(pairs, "fields: a later set replaces whole", paris.merge(rename), set(NEW, names("other"), 1));
        pair(pairs, "fields: a set leaves later updates", paris.merge(move), set(MID, names("name"), "C"));
        pair(pairs, "fields: a delete leaves later updates, unseen", paris.merge(move), FieldsCell.delete(MID));
        pair(pairs, "fields: an update after the delete", FieldsCell.delete(MID), move);
        pair(pairs, "fields: an update from before the delete", FieldsCell.delete(NEW), rename);
        pair(pairs, "fields: the same twice", paris.merge(rename), rename);
        pair(pairs, "fields: disjoint names", set(OLD, names("a"), 1), update(MID, names("__proto__"), 2));
        pair(pairs, "or: two adds", OrCell.add(OLD, cbor("x")), OrCell.add(NEW, cbor("x")));
        pair(
                pairs,
                "or: a remove of what was seen leaves the other add",
                OrCell.add(OLD, cbor("x")).merge(OrCell.add(NEW, cbor("x"))),
                OrCell.remove(List.of(OLD), MS + 9));
        pair(pairs, "or: an add after its remove", OrCell.remove(List.of(OLD), MS + 9), OrCell.add(OLD, cbor("x")));
        pair(pairs, "or: removed twice", OrCell.remove(List.of(OLD), MS + 9), OrCell.remove(List.of(OLD), MS + 8));
        broken(pairs, paris);
        return pairs;
    }

    /** A writer that uses a stamp twice breaks its promise; replicas must agree all the same. */
    private static void broken(Map<String, Cell[]> pairs, FieldsCell paris) {
        pair(
                pairs,
                "one stamp twice: value, the greater bytes",
                ValueCell.set(OLD, cbor("b"), Life.FOREVER),
                ValueCell.set(OLD, cbor("a"), Life.FOREVER));
        pair(
                pairs,
                "one stamp twice: value, a value over its removal",
                ValueCell.remove(OLD),
                ValueCell.set(OLD, cbor(0), Life.FOREVER));
        pair(
                pairs,
                "one stamp twice: value, the later expiry",
                ValueCell.set(OLD, cbor(0), Life.FOREVER),
                ValueCell.set(OLD, cbor(0), Life.until(MS)));
        pair(pairs, "one stamp twice: fields, absent over present", paris, FieldsCell.delete(OLD));
        pair(
                pairs,
                "one stamp twice: fields, the later expiry",
                FieldsCell.set(OLD, Life.until(MS + 1), names("a"), cbor(1)),
                FieldsCell.set(OLD, Life.until(MS), names("b"), cbor(2)));
        pair(
                pairs,
                "one stamp twice: fields, a removal with the base's stamp",
                paris,
                update(OLD, names("gone", "name", "other"), REMOVED, REMOVED, 1));
        pair(
                pairs,
                "one stamp twice: fields, an update with the absent base's stamp",
                FieldsCell.delete(OLD),
                update(OLD, names("name"), 1));
        pair(
                pairs,
                "one stamp twice: fields, the greater bytes",
                update(OLD, names("a"), 1),
                update(OLD, names("a"), 2));
        pair(pairs, "one stamp twice: or, the greater bytes", OrCell.add(OLD, cbor(2)), OrCell.add(OLD, cbor(1)));
    }

    private static void pair(Map<String, Cell[]> pairs, String name, Cell a, Cell b) {
        pairs.put(name, new Cell[] {a, b});
    }
}
