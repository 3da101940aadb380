package io.topgun.loadtests.faults;

import io.topgun.crdt.CborItems;
import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Shares;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A cell taken apart into the smallest things a writer can have written. */
final class Atoms {
    private static final HexFormat HEX = HexFormat.of();

    private Atoms() {}

    /** One of them: what, when and by whom, and the value. */
    record Atom(String what, Stamp stamp, String value) {}

    static Set<Atom> of(Cell cell) {
        return switch (cell) {
            case ValueCell value -> Set.of(new Atom("value of " + value.life(), value.stamp(), hex(value.value())));
            case FieldsCell fields -> of(fields);
            case OrCell or -> of(or);
            case CounterCell counter -> of(counter);
        };
    }

    private static Set<Atom> of(FieldsCell cell) {
        Set<Atom> atoms = new HashSet<>();
        Optional<Stamp> base = cell.base().map(FieldsCell.Base::stamp);
        cell.base().ifPresent(b -> atoms.add(new Atom("base of " + b.life(), b.stamp(), "" + b.present())));
        int from = 0;
        for (int i = 0; i < cell.size(); i++) {
            int to = CborItems.end(cell.values(), from);
            Stamp stamp = Optional.ofNullable(cell.ownStamp(i)).or(() -> base).orElseThrow();
            byte[] value = Arrays.copyOfRange(cell.values(), from, to);
            atoms.add(new Atom("field " + cell.names()[i], stamp, HEX.formatHex(value)));
            from = to;
        }
        return atoms;
    }

    private static Set<Atom> of(OrCell cell) {
        Set<Atom> atoms = new HashSet<>();
        for (OrTag tag : cell.tags()) {
            String removed = tag.isRemoved() ? "tag removed at " + tag.removedMs() : "tag";
            atoms.add(new Atom(removed, tag.stamp(), hex(tag.value())));
        }
        return atoms;
    }

    private static Set<Atom> of(CounterCell cell) {
        Set<Atom> atoms = new HashSet<>();
        Shares shares = cell.shares();
        for (int i = 0; i < shares.size(); i++) {
            atoms.add(new Atom("share", shares.stamp(i), shares.plus(i) + " less " + shares.minus(i)));
        }
        return atoms;
    }

    /** Values of the live tags, twice if two tags have the same. */
    static List<String> liveValues(OrCell cell) {
        return cell.tags().stream()
                .filter(tag -> !tag.isRemoved())
                .map(tag -> hex(tag.value()))
                .toList();
    }

    private static String hex(Optional<byte[]> value) {
        return value.map(HEX::formatHex).orElse("none");
    }
}
