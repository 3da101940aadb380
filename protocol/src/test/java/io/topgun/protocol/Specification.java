package io.topgun.protocol;

import io.topgun.crdt.CborItems;
import io.topgun.crdt.Cell;
import io.topgun.crdt.CellKind;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a reader sees after some writes, said as a plain function of the writes, and what a cell shows. */
final class Specification {
    static final Integer[] VALUES = {1, 2, 300};
    static final Object NOTHING = "nothing";

    private Specification() {}

    static Object view(CellKind kind, Collection<Write> writes, long nowMs) {
        return switch (kind) {
            case VALUE -> value(writes, nowMs);
            case FIELDS -> object(writes, nowMs);
            case OR -> set(writes);
            case COUNTER -> sum(writes);
        };
    }

    /** The last write, whatever it was. */
    private static Object value(Collection<Write> writes, long nowMs) {
        Optional<Write> last = writes.stream()
                .filter(write -> !(write instanceof Write.Touch))
                .max(Comparator.comparing(Write::stamp));
        return last.isPresent()
                        && last.get() instanceof Write.SetValue set
                        && isAlive(set.stamp(), set.life(), writes, nowMs)
                ? set.value()
                : NOTHING;
    }

    /** Whether what was set has not ended yet: the later of its life and those that touches gave it. */
    private static boolean isAlive(Stamp set, Life life, Collection<Write> writes, long nowMs) {
        Life latest = life;
        for (Write write : writes) {
            boolean later = write instanceof Write.Touch touch
                    && touch.target().equals(set)
                    && touch.life().compareTo(latest) > 0;
            latest = later ? ((Write.Touch) write).life() : latest;
        }
        return nowMs < latest.endMs();
    }

    /** The last object that was set and not deleted since, and the updates since, in their order. */
    private static Object object(Collection<Write> writes, long nowMs) {
        Optional<Write> base = writes.stream()
                .filter(write -> !(write instanceof Write.UpdateObject) && !(write instanceof Write.Touch))
                .max(Comparator.comparing(Write::stamp));
        if (base.isEmpty()
                || !(base.get() instanceof Write.SetObject set)
                || !isAlive(set.stamp(), set.life(), writes, nowMs)) {
            return NOTHING;
        }
        Map<String, Integer> fields = new HashMap<>(set.fields());
        List<Write> ordered =
                writes.stream().sorted(Comparator.comparing(Write::stamp)).toList();
        for (Write write : ordered) {
            if (write instanceof Write.UpdateObject update && write.stamp().compareTo(set.stamp()) > 0) {
                update.fields()
                        .forEach((name, value) ->
                                value.ifPresentOrElse(present -> fields.put(name, present), () -> fields.remove(name)));
            }
        }
        return fields;
    }

    /** Every add that no remove has seen. */
    private static Object set(Collection<Write> writes) {
        Map<Stamp, Integer> tags = new HashMap<>();
        Set<Stamp> removed = new HashSet<>();
        for (Write write : writes) {
            if (write instanceof Write.AddToSet add) {
                tags.put(add.stamp(), add.value());
            } else if (write instanceof Write.RemoveFromSet remove) {
                removed.addAll(remove.seen());
            }
        }
        tags.keySet().removeAll(removed);
        return tags.isEmpty() ? NOTHING : tags;
    }

    private static Object sum(Collection<Write> writes) {
        return writes.isEmpty()
                ? NOTHING
                : writes.stream()
                        .mapToLong(write -> ((Write.Count) write).amount())
                        .sum();
    }

    static Object view(Cell cell, long nowMs) {
        if (!cell.isVisible(nowMs)) {
            return NOTHING;
        }
        return switch (cell) {
            case ValueCell value -> integer(value.value().orElseThrow(), 0);
            case FieldsCell fields -> view(fields);
            case OrCell or -> view(or);
            case CounterCell counter -> counter.value();
        };
    }

    private static Object view(FieldsCell cell) {
        Map<String, Integer> fields = new HashMap<>();
        int from = 0;
        for (String name : cell.names()) {
            if (cell.values()[from] != CborItems.UNDEFINED) {
                fields.put(name, integer(cell.values(), from));
            }
            from = CborItems.end(cell.values(), from);
        }
        return fields;
    }

    private static Object view(OrCell cell) {
        Map<Stamp, Integer> tags = new HashMap<>();
        cell.tags().forEach(tag -> tag.value().ifPresent(value -> tags.put(tag.stamp(), integer(value, 0))));
        return tags;
    }

    private static int integer(byte[] item, int from) {
        return (int) new CborReader(item, from, item.length).integer();
    }
}
