package io.topgun.loadtests.faults;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.HybridClock;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes of one writer, of every kind of cell, on few keys so that they meet those of the others. */
final class Workload {
    static final String VALUES = "values";
    static final String FIELDS = "fields";
    static final String TAGS = "tags";
    static final String COUNTERS = "counters";
    static final List<String> MAPS = List.of(VALUES, FIELDS, TAGS, COUNTERS);

    private static final int KEYS = 300;
    private static final String[] NAMES = {"a", "b", "c", "dd", "eee"};
    private static final int TAGS_REMEMBERED = 20;
    private static final byte[] UNDEFINED = new CborWriter().undefined().toByteArray();

    private final Random random;
    private final HybridClock clock;
    private final Map<String, List<Stamp>> addedTags = new HashMap<>();
    private final Map<String, CounterCell> shares = new HashMap<>();
    private long nextId;
    private int nextValue;

    Workload(String writer, Random random) {
        this.random = random;
        this.clock = new HybridClock(System::currentTimeMillis, writer);
    }

    List<Op> frame() {
        int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 10);
        List<Op> ops = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String map = MAPS.get(random.nextInt(MAPS.size()));
            String key = "key/" + random.nextInt(KEYS);
            ops.add(new Op(nextId++, map, key, delta(map, key)));
        }
        return ops;
    }

    private Cell delta(String map, String key) {
        Stamp stamp = clock.next();
        return switch (map) {
            case VALUES -> chance(10) ? ValueCell.remove(stamp) : ValueCell.set(stamp, value(stamp), Life.FOREVER);
            case FIELDS -> fields(stamp);
            case TAGS -> tags(stamp, key);
            default -> counter(stamp, key);
        };
    }

    private Cell fields(Stamp stamp) {
        if (chance(10)) {
            return FieldsCell.delete(stamp);
        }
        boolean whole = chance(30);
        List<String> names = new ArrayList<>();
        CborWriter values = new CborWriter();
        for (String name : NAMES) {
            if (chance(50) || (names.isEmpty() && name.equals(NAMES[NAMES.length - 1]))) {
                names.add(name);
                byte[] value = !whole && chance(20) ? UNDEFINED : value(stamp);
                values.raw(value, 0, value.length);
            }
        }
        String[] some = names.toArray(String[]::new);
        return whole
                ? FieldsCell.set(stamp, Life.FOREVER, some, values.toByteArray())
                : FieldsCell.update(stamp, some, values.toByteArray());
    }

    private Cell tags(Stamp stamp, String key) {
        List<Stamp> added = addedTags.computeIfAbsent(key, none -> new ArrayList<>());
        if (!added.isEmpty() && chance(40)) {
            List<Stamp> some = List.copyOf(added.subList(0, 1 + random.nextInt(added.size())));
            if (chance(80)) {
                added.removeAll(some); // else some are removed a second time, later
            }
            return OrCell.remove(some, stamp.ms());
        }
        if (added.size() < TAGS_REMEMBERED) {
            added.add(stamp);
        }
        return OrCell.add(stamp, value(stamp));
    }

    private Cell counter(Stamp stamp, String key) {
        long amount = random.nextLong(1, 10);
        long plus = chance(70) ? amount : 0;
        CounterCell own = shares.get(key);
        CounterCell delta =
                own == null ? CounterCell.share(stamp, plus, amount - plus) : own.add(stamp, plus, amount - plus);
        shares.put(key, own == null ? delta : own.merge(delta));
        return delta;
    }

    /** A value that no other write has, in canonical CBOR. */
    private byte[] value(Stamp stamp) {
        String padding = "x".repeat(random.nextInt(60));
        return new CborWriter()
                .text(stamp.writer() + " " + nextValue++ + " " + padding)
                .toByteArray();
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
