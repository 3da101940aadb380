package io.topgun.node.partition;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Entry;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The least that a reader of a partition does: merges what it is given. The specification of a partition's content. */
final class Copy {
    private final CellCodec codec = new CellCodec();
    private final Map<Address, Cell> cells = new HashMap<>();
    private long frontierMs;

    private record Address(String map, String key) {}

    Copy copy() {
        Copy copy = new Copy();
        copy.cells.putAll(cells);
        copy.frontierMs = frontierMs;
        return copy;
    }

    Copy merge(Collection<Entry> entries) {
        entries.forEach(entry -> cells.merge(new Address(entry.map(), entry.key()), entry.cell(), Kinds::merge));
        return this;
    }

    Copy apply(Event event) {
        return switch (event) {
            case Event.Merged merged -> merge(merged.entries()).prune(frontierMs);
            case Event.Shipped shipped -> merge(shipped.entries()).prune(frontierMs);
            case Event.Repaired repaired -> {
                repaired.dropped().forEach(at -> cells.remove(new Address(at.map(), at.key())));
                yield merge(repaired.entries()).prune(frontierMs);
            }
            case Event.FrontierAdvanced advanced -> prune(advanced.frontierMs());
        };
    }

    /** Leaves what a frontier leaves. */
    Copy prune(long ms) {
        frontierMs = Math.max(frontierMs, ms);
        Map<Address, Cell> rest = new HashMap<>();
        cells.forEach((address, cell) -> cell.pruned(frontierMs).ifPresent(some -> rest.put(address, some)));
        cells.clear();
        cells.putAll(rest);
        return this;
    }

    /** Whether it would change nothing to merge this, too. */
    boolean has(Entry entry) {
        Optional<Cell> own = Optional.ofNullable(cells.get(new Address(entry.map(), entry.key())));
        Cell joined = own.isPresent() ? own.get().merge(entry.cell()) : entry.cell();
        return joined.pruned(frontierMs).equals(own);
    }

    Set<Entry> content() {
        Set<Entry> content = new HashSet<>();
        cells.forEach((address, cell) -> content.add(new Entry(address.map(), address.key(), cell)));
        return content;
    }

    /** What an application sees: what one replica has pruned and another still has makes no difference. */
    Map<String, Object> visible(long nowMs) {
        Map<String, Object> visible = new HashMap<>();
        cells.forEach((address, cell) -> {
            if (cell.isVisible(nowMs)) {
                visible.put(address.map() + "/" + address.key(), visible(cell));
            }
        });
        return visible;
    }

    private static Object visible(Cell cell) {
        return switch (cell) {
            case ValueCell value -> Arrays.toString(value.value().orElseThrow());
            case FieldsCell fields ->
                Stream.of(fields.names())
                        .flatMap(name -> fields.value(name).map(value -> name + Arrays.toString(value)).stream())
                        .toList();
            case OrCell or -> or.tags().stream().filter(tag -> !tag.isRemoved()).toList();
            case CounterCell counter -> counter.value();
        };
    }

    /** XOR of the cells' digests, as the protocol defines a digest of a set. */
    long digest(String map) {
        long digest = 0;
        for (Map.Entry<Address, Cell> entry : cells.entrySet()) {
            Address address = entry.getKey();
            digest ^= address.map().equals(map) ? codec.hash(address.key(), entry.getValue()) : 0;
        }
        return digest;
    }
}
