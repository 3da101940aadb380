package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.crdt.Cell;
import io.topgun.crdt.CellKind;
import io.topgun.crdt.HybridClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RoundTripTest {
    private static final List<String> NAMES = List.of("a", "b", "cc", "é", "constructor", "😀", "x".repeat(200));

    /** States after a few writes each by one of two writers. */
    private static List<Entry> entries(Random random, int size) {
        List<HybridClock> clocks =
                List.of(new HybridClock(() -> random.nextInt(1 << 20), "w1"), new HybridClock(() -> 1 << 19, "w2"));
        List<Entry> entries = new ArrayList<>();
        CellKind[] kinds = CellKind.values();
        for (int i = 0; i < size; i++) {
            CellKind kind = kinds[random.nextInt(kinds.length)];
            Optional<Cell> state = Optional.empty();
            for (int writes = random.nextInt(5); writes >= 0; writes--) {
                HybridClock clock = clocks.get(random.nextInt(2));
                Cell delta =
                        Write.random(kind, clock.next(), random, NAMES, state).delta();
                state = Optional.of(state.map(cell -> cell.merge(delta)).orElse(delta));
            }
            entries.add(new Entry(random.nextInt(3) == 0 ? "m1" : "m2", "key" + i, state.orElseThrow()));
        }
        return entries;
    }

    @Property(tries = 300)
    void decodingIsTheInverseOfEncodingABlock(@ForAll Random random, @ForAll @IntRange(max = 40) int size) {
        List<Entry> entries = entries(random, size);
        CborWriter out = new CborWriter();
        BlockCodec.write(out, entries);
        assertEquals(entries, BlockCodec.read(new CborReader(out.buffer(), 0, out.size())));
        CborWriter again = new CborWriter();
        BlockCodec.write(again, BlockCodec.read(new CborReader(out.toByteArray())));
        assertArrayEquals(out.toByteArray(), again.toByteArray());
    }

    @Property(tries = 300)
    void decodingIsTheInverseOfTheCanonicalForm(@ForAll Random random) {
        CellCodec codec = new CellCodec();
        for (Entry entry : entries(random, 10)) {
            byte[] form = codec.canonical(entry.key(), entry.cell());
            assertEquals(new CellCodec.Keyed(entry.key(), entry.cell()), codec.decodeCanonical(form));
        }
    }

    @Property(tries = 100)
    void digestsAreEqualExactlyIfStatesAre(@ForAll Random random) {
        CellCodec codec = new CellCodec();
        List<Entry> entries = entries(random, 30);
        for (Entry a : entries) {
            for (Entry b : entries) {
                assertEquals(a.cell().equals(b.cell()), codec.hash("k", a.cell()) == codec.hash("k", b.cell()));
            }
            assertEquals(false, codec.hash("k", a.cell()) == codec.hash("l", a.cell()));
        }
    }

    @Property(tries = 200)
    void decodingIsTheInverseOfEncodingAFrame(@ForAll Random random, @ForAll @IntRange(max = 20) int size) {
        List<Message> messages = new ArrayList<>();
        List<Op> ops = new ArrayList<>();
        for (Entry entry : entries(random, size)) {
            ops.add(new Op(random.nextInt(100), entry.map(), entry.key(), entry.cell()));
        }
        messages.add(new Message.Ops(Level.PERSISTED, ops, List.of()));
        messages.add(new Message.Delta(random.nextInt(271), 1, random.nextLong(1L << 53), entries(random, size)));
        messages.addAll(VectorMessages.messages().values());
        CborWriter out = new CborWriter();
        messages.forEach(message -> MessageCodec.encode(message, out));
        assertEquals(messages, MessageCodec.decode(out.toByteArray(), Limits.defaults()));
    }
}
