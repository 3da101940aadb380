package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CellKind;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The writes of an {@link Oracle}, from a few names and values that are awkward to order. */
final class OracleDeltas {
    /** In text order. */
    private static final String[] NAMES = {
        "a", "b", "cc", "é", "__proto__", "constructor", "\uffff\uffff\uffff\uffff", "𐀀𐀀𐀀"
    };

    private static final String[] VALUES = {
        "00",
        "20",
        "f6",
        "f5",
        "60",
        "6161",
        "62c3a9",
        "63efbfbf",
        "64f0908080",
        "f4",
        "1903e8",
        "fb3ff8000000000000",
        "fbbff8000000000000",
        "fb4340000000000000",
        "1b0020000000000000",
        "1b7fffffffffffffff",
        "3b7fffffffffffffff",
        "40",
        "43ff0001",
        "80",
        "820102",
        "a0",
        "a26161016162f6",
        "a1695f5f70726f746f5f5f00"
    };

    private static final long[] IDLES_MS = {0, 1, 1_000, 40_000_000, 100_000_000};

    private final CellKind kind;
    private final Mulberry32 random;

    OracleDeltas(CellKind kind, Mulberry32 random) {
        this.kind = kind;
        this.random = random;
    }

    Cell next(Stamp stamp, long wallMs, @Nullable Cell state) {
        return switch (kind) {
            case VALUE ->
                random.below(4) == 0
                        ? ValueCell.remove(stamp)
                        : ValueCell.set(stamp, VectorJson.HEX.parseHex(value()), life(wallMs));
            case FIELDS -> fields(stamp, wallMs);
            case OR -> tags(stamp, wallMs, (OrCell) state);
            case COUNTER -> count(stamp, (CounterCell) state);
        };
    }

    private String value() {
        return VALUES[random.below(VALUES.length)];
    }

    private Life life(long wallMs) {
        if (random.below(2) == 0) {
            return Life.FOREVER;
        }
        long expiresMs = random.below(3) > 0 ? 0 : wallMs - 50_000_000 + random.below(200_000_000);
        long idleMs = IDLES_MS[random.below(IDLES_MS.length)];
        return Life.of(expiresMs, idleMs, idleMs == 0 ? 0 : wallMs - random.below(3));
    }

    private Cell fields(Stamp stamp, long wallMs) {
        int choice = random.below(6);
        if (choice == 0) {
            return FieldsCell.delete(stamp);
        }
        boolean update = choice > 2;
        int mask = random.below(1 << NAMES.length);
        mask = mask == 0 && update ? 1 : mask;
        List<String> names = new ArrayList<>();
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < NAMES.length; i++) {
            if ((mask & 1 << i) != 0) {
                names.add(NAMES[i]);
                values.append(update && random.below(4) == 0 ? "f7" : value());
            }
        }
        String[] list = names.toArray(String[]::new);
        byte[] bytes = VectorJson.HEX.parseHex(values);
        return update ? FieldsCell.update(stamp, list, bytes) : FieldsCell.set(stamp, life(wallMs), list, bytes);
    }

    /** A third are removals, of tags that a mask picks. */
    private Cell tags(Stamp stamp, long wallMs, @Nullable OrCell state) {
        if (random.below(3) == 0 && state != null) {
            int mask = random.below(256);
            List<Stamp> picked = new ArrayList<>();
            List<OrTag> tags = state.tags();
            for (int i = 0; i < Math.min(8, tags.size()); i++) {
                if ((mask & 1 << i) != 0) {
                    picked.add(tags.get(i).stamp());
                }
            }
            if (!picked.isEmpty()) {
                return OrCell.remove(picked, wallMs);
            }
        }
        return OrCell.add(stamp, VectorJson.HEX.parseHex(value()));
    }

    /** The writer's share grows, or a new one begins. */
    private Cell count(Stamp stamp, @Nullable CounterCell state) {
        long plus = random.below(16) == 0 ? CounterCell.SUM_MAX : random.below(3);
        long minus = random.below(3);
        plus = plus == 0 && minus == 0 ? 1 : plus;
        return state == null ? CounterCell.share(stamp, plus, minus) : state.add(stamp, plus, minus);
    }
}
