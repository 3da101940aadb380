package io.topgun.protocol;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CellKind;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One random schedule of three replicas of an entry, of which any language must make the same bytes: writes (now and then with a stamp
 * that was used before), pulls, deliveries of old deltas, prunes and touches at any time, sensible or not. The client's tests have the
 * same in {@code oracle.ts}; whoever changes one changes both, number by number.
 */
final class Oracle {
    private static final int STEPS = 30;
    private static final int[] LAGS_MS = {0, 1, 3_600_000, 86_400_000, 86_400_001, 200_000_000};
    private static final String[] WRITERS = {"a", "b", "c"};
    private static final String KEY = "k";
    private static final List<CellKind> KINDS = List.of(CellKind.VALUE, CellKind.FIELDS, CellKind.OR, CellKind.COUNTER);

    private final Mulberry32 random;
    private final OracleDeltas deltas;
    private final CellCodec codec = new CellCodec();
    private final @Nullable Cell[] states = new @Nullable Cell[WRITERS.length];
    private final List<Cell> log = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private long wallMs = 1_700_000_000_000L;
    private @Nullable Stamp last;

    private Oracle(int seed) {
        this.random = new Mulberry32(seed);
        this.deltas = new OracleDeltas(KINDS.get(seed % KINDS.size()), random);
    }

    /** The replicas' canonical forms, {@code null} for none, and a DELTA frame with all of them. */
    static byte[] run(int seed) {
        Oracle oracle = new Oracle(seed);
        for (int step = 0; step < STEPS; step++) {
            oracle.step(step);
        }
        return oracle.result();
    }

    private void step(int step) {
        wallMs += random.below(8) == 0 ? random.below(72_000_000) : random.below(4);
        int replica = random.below(3);
        switch (random.below(12)) {
            case 0, 1, 2, 3, 4 -> write(replica, step);
            case 5, 6 -> {
                Cell other = states[random.below(3)];
                if (other != null) {
                    merge(
                            replica,
                            codec.decodeCanonical(codec.canonical(KEY, other)).cell());
                }
            }
            case 7, 8 -> {
                if (!log.isEmpty()) {
                    merge(replica, delivered(log.get(random.below(log.size()))));
                }
            }
            case 9, 10 -> {
                long frontierMs = frontierMs();
                Cell state = states[replica];
                states[replica] =
                        state == null ? null : state.pruned(frontierMs).orElse(null);
            }
            default -> touch(replica);
        }
    }

    /** Behind the wall, or at the edge of what a stamp of before decides. */
    private long frontierMs() {
        int choice = random.below(LAGS_MS.length);
        if (random.below(2) == 0 || times.isEmpty()) {
            return wallMs - LAGS_MS[choice];
        }
        long ms = times.get(random.below(times.size()));
        return ms + (choice % 2 == 0 ? 0 : CounterCell.SHARE_MS) - choice / 2;
    }

    private void write(int replica, int step) {
        boolean again = random.below(8) == 0 && last != null;
        Stamp stamp = again && last != null ? last : Stamp.of(wallMs, step, WRITERS[replica]);
        last = stamp;
        times.add(stamp.ms());
        Cell delta = deltas.next(stamp, wallMs, states[replica]);
        log.add(delta);
        merge(replica, delta);
    }

    private void touch(int replica) {
        Cell state = states[replica];
        if (state == null || !state.isVisible(wallMs)) {
            return;
        }
        if (state instanceof ValueCell value) {
            Life life = value.life().touched(wallMs);
            merge(replica, ValueCell.set(value.stamp(), value.value().orElseThrow(), life));
        } else if (state instanceof FieldsCell fields) {
            Stamp base = new Stamp(fields.baseTime(), fields.baseWriter());
            merge(replica, FieldsCell.set(base, fields.life().touched(wallMs), new String[0], new byte[0]));
        }
    }

    private void merge(int replica, Cell cell) {
        Cell state = states[replica];
        states[replica] = state == null ? cell : state.merge(cell);
    }

    private static Cell delivered(Cell delta) {
        byte[] frame = MessageCodec.encode(new Message.Delta(0, 0, 1, List.of(new Entry("m", KEY, delta))));
        Message.Delta message =
                (Message.Delta) MessageCodec.decode(frame, Limits.defaults()).get(0);
        return message.entries().get(0).cell();
    }

    private byte[] result() {
        CborWriter out = new CborWriter();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < states.length; i++) {
            Cell state = states[i];
            if (state == null) {
                out.nothing();
            } else {
                byte[] form = codec.canonical(KEY, state);
                out.raw(form, 0, form.length);
                entries.add(new Entry("m", WRITERS[i], state));
            }
        }
        MessageCodec.encode(new Message.Delta(0, 0, 1, entries), out);
        return out.toByteArray();
    }
}
