package io.topgun.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** What holds for any function that claims to leave of a state what a frontier leaves. */
final class PruneLaws {
    private final BiFunction<Cell, Long, Optional<Cell>> prune;
    private final Set<String> broken = new TreeSet<>();

    private PruneLaws(BiFunction<Cell, Long, Optional<Cell>> prune) {
        this.prune = prune;
    }

    /** Names of the laws that a state, a delta and two frontiers break. */
    static Set<String> broken(
            BiFunction<Cell, Long, Optional<Cell>> prune, Cell state, Cell delta, long frontierMs, long laterMs) {
        PruneLaws laws = new PruneLaws(prune);
        laws.check(state, delta, frontierMs, laterMs);
        return laws.broken;
    }

    @SuppressWarnings("ReferenceEquality") // one of the laws
    private void check(Cell state, Cell delta, long frontierMs, long laterMs) {
        Optional<Cell> rest = prune.apply(state, frontierMs);
        law("idempotent", again(rest, frontierMs).equals(rest));
        law("monotone in the frontier", again(rest, laterMs).equals(prune.apply(state, laterMs)));
        law("same instance", !rest.equals(Optional.of(state)) || rest.orElseThrow() == state);
        law("view stays", view(rest, frontierMs).equals(view(Optional.of(state), frontierMs)));
        law("nothing old is hidden", rest.isEmpty() || !hidesOld(rest.get(), frontierMs));
        if (isNewer(delta, frontierMs)) {
            Cell after = rest.map(cell -> cell.merge(delta)).orElse(delta);
            law(
                    "merge of what is newer",
                    again(Optional.of(state.merge(delta)), frontierMs).equals(Optional.of(after)));
        }
    }

    private void law(String name, boolean holds) {
        if (!holds) {
            broken.add(name);
        }
    }

    private Optional<Cell> again(Optional<Cell> cell, long frontierMs) {
        return cell.flatMap(rest -> prune.apply(rest, frontierMs));
    }

    /** What a reader sees at a time. */
    private static Object view(Optional<Cell> cell, long nowMs) {
        if (cell.isEmpty() || !cell.get().isVisible(nowMs)) {
            return "nothing";
        }
        return switch (cell.get()) {
            case ValueCell value -> value;
            case FieldsCell fields -> view(fields);
            case OrCell or -> or.tags().stream().filter(tag -> !tag.isRemoved()).toList();
            case CounterCell counter -> counter.value();
        };
    }

    private static Map<String, List<Byte>> view(FieldsCell cell) {
        Map<String, List<Byte>> fields = new TreeMap<>();
        for (String name : cell.names()) {
            cell.value(name).ifPresent(value -> {
                List<Byte> bytes = new ArrayList<>();
                for (byte b : value) {
                    bytes.add(b);
                }
                fields.put(name, bytes);
            });
        }
        return fields;
    }

    /** Whether a state holds what no reader sees, though the frontier has passed it. */
    private static boolean hidesOld(Cell cell, long frontierMs) {
        return switch (cell) {
            case ValueCell value -> value.stamp().ms() <= frontierMs && !value.isVisible(frontierMs);
            case FieldsCell fields -> hidesOld(fields, frontierMs);
            case OrCell or ->
                or.tags().stream()
                        .anyMatch(tag ->
                                tag.isRemoved() && tag.stamp().ms() <= frontierMs && tag.removedMs() <= frontierMs);
            case CounterCell counter ->
                counter.shares().size() > 0
                        && Stamp.msOf(counter.shares().time(0)) + CounterCell.SHARE_MS <= frontierMs;
        };
    }

    private static boolean hidesOld(FieldsCell cell, long frontierMs) {
        if (cell.hasBase() && Stamp.msOf(cell.baseTime()) <= frontierMs && !cell.isVisible(frontierMs)) {
            return true;
        }
        for (int i = 0; i < cell.size(); i++) {
            Stamp own = cell.ownStamp(i);
            boolean seen = cell.isPresent() && cell.value(cell.names()[i]).isPresent();
            if (own != null && own.ms() <= frontierMs && !seen) {
                return true;
            }
        }
        return false;
    }

    /** Whether every part of a delta is newer than a frontier. */
    private static boolean isNewer(Cell delta, long frontierMs) {
        return switch (delta) {
            case ValueCell value -> value.stamp().ms() > frontierMs;
            case FieldsCell fields -> isNewer(fields, frontierMs);
            case OrCell or ->
                or.tags().stream().allMatch(tag -> Math.max(tag.stamp().ms(), tag.removedMs()) > frontierMs);
            case CounterCell counter ->
                counter.folded().isEmpty() && Stamp.msOf(counter.shares().time(0)) + CounterCell.SHARE_MS > frontierMs;
        };
    }

    private static boolean isNewer(FieldsCell cell, long frontierMs) {
        for (int i = 0; i < cell.size(); i++) {
            Stamp own = cell.ownStamp(i);
            if (own != null && own.ms() <= frontierMs) {
                return false;
            }
        }
        return !cell.hasBase() || Stamp.msOf(cell.baseTime()) > frontierMs;
    }
}
