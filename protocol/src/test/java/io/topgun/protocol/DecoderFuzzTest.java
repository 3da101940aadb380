package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.topgun.crdt.CborItems;
import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Shares;
import io.topgun.crdt.ValueCell;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Good bytes, spoilt: the decoder must refuse or read them, and nothing else, in bounded memory and time. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DecoderFuzzTest {
    private static final int ROUNDS = 70_000;
    /** Objects that a byte of a frame may become, at worst an empty array inside a list, and a fixed start. */
    private static final int BYTES_PER_BYTE = 100;

    private static final int BYTES_FIXED = 64 << 10;

    private static final int[] AWKWARD = {
        0x00, 0x17, 0x18, 0x1b, 0x20, 0x3b, 0x40, 0x5b, 0x5f, 0x60, 0x7b, 0x7f, 0x80, 0x82, 0x9a, 0x9b, 0x9f, 0xa0,
        0xbb, 0xbf, 0xc0, 0xdb, 0xe0, 0xf4, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff
    };

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Random random = new Random(20_240_229);
    private int read;
    private int refused;

    @Test
    void framesAreReadOrRefused() {
        List<byte[]> corpus = new ArrayList<>();
        VectorMessages.messages().values().forEach(message -> corpus.add(MessageCodec.encode(message)));
        VectorRejected.rejected()
                .forEach(v -> corpus.add(VectorJson.HEX.parseHex(v.get("hex").textValue())));
        fuzz(corpus, DecoderFuzzTest::readFrame);
    }

    @Test
    void cellsAreReadOrRefused() {
        CellCodec codec = new CellCodec();
        List<byte[]> corpus = new ArrayList<>();
        VectorLives.cells().forEach((name, cell) -> corpus.add(codec.canonical(name, cell)));
        VectorCounters.cells().forEach((name, cell) -> corpus.add(codec.canonical(name, cell)));
        VectorCells.cells().forEach((name, cell) -> corpus.add(codec.canonical(name, cell)));
        fuzz(corpus, form -> {
            CellCodec.Keyed keyed = codec.decodeCanonical(form);
            assertTrue(Arrays.equals(form, codec.canonical(keyed.key(), keyed.cell())), "another form of a cell");
        });
    }

    @Test
    void valuesAreReadOrRefused() {
        List<byte[]> corpus = new ArrayList<>();
        VectorValues.values()
                .forEach(v -> corpus.add(VectorJson.HEX.parseHex(v.get("hex").textValue())));
        corpus.removeIf(value -> value.length > 1_000);
        fuzz(corpus, value -> {
            assertTrue(Arrays.equals(value, VectorJson.encode(VectorJson.decode(value))), "another form of a value");
            assertEquals(value.length, CborItems.end(value, 0));
        });
    }

    private static void readFrame(byte[] frame) {
        for (Message message : MessageCodec.decode(frame, Limits.defaults())) {
            boolean sendable = !(message instanceof Message.Unknown) && !(message instanceof Message.Refused);
            if (sendable
                    && !(message instanceof Message.Ops ops && !ops.rejections().isEmpty())) {
                assertEquals(List.of(message), MessageCodec.decode(MessageCodec.encode(message), Limits.defaults()));
            }
        }
    }

    private void fuzz(List<byte[]> corpus, Consumer<byte[]> reading) {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] spoilt = corpus.get(random.nextInt(corpus.size())).clone();
            for (int times = random.nextInt(4); times >= 0 && spoilt.length > 0; times--) {
                spoilt = spoil(spoilt, corpus);
            }
            attempt(spoilt, reading);
        }
        // Both outcomes are common, else the fuzzer is not near the border.
        assertTrue(read > ROUNDS / 100 && refused > ROUNDS / 10, read + " read, " + refused + " refused");
    }

    private byte[] spoil(byte[] bytes, List<byte[]> corpus) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) AWKWARD[random.nextInt(AWKWARD.length)];
            case 2 -> bytes[at] += (byte) (random.nextInt(3) - 1);
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return joined(bytes, at, bytes, Math.min(at + random.nextInt(9), bytes.length));
            }
            default -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                return joined(bytes, at, other, other.length == 0 ? 0 : random.nextInt(other.length));
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] head, int to, byte[] tail, int from) {
        byte[] joined = Arrays.copyOf(head, to + tail.length - from);
        System.arraycopy(tail, from, joined, to, tail.length - from);
        return joined;
    }

    private void attempt(byte[] bytes, Consumer<byte[]> reading) {
        try {
            reading.accept(bytes);
            read++;
        } catch (ProtocolException e) {
            refused++;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            fail(VectorJson.HEX.formatHex(bytes), e);
        }
    }

    @Test
    void memoryFollowsTheBytesAtHandNotTheLengthsDeclared() {
        List<byte[]> corpus = new ArrayList<>();
        VectorMessages.messages().values().forEach(message -> corpus.add(MessageCodec.encode(message)));
        Limits limits = Limits.defaults();
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = spoil(corpus.get(random.nextInt(corpus.size())).clone(), corpus);
            frame = frame.length == 0 ? frame : spoil(frame, corpus);
            assertBounded(frame, limits);
        }
        for (byte[] frame : hostileFrames()) {
            assertBounded(frame, limits);
        }
    }

    private void assertBounded(byte[] frame, Limits limits) {
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            MessageCodec.decode(frame, limits);
        } catch (ProtocolException e) {
            // One of the two good ends.
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(
                allocated <= BYTES_FIXED + (long) BYTES_PER_BYTE * frame.length,
                () -> allocated + " bytes for a frame of " + frame.length);
    }

    /** A megabyte each of what is dearest to read. */
    private static List<byte[]> hostileFrames() {
        String ops = "840201820002" + "8780" + "80" + "00"; // OPS, two ids, a block of two sections
        String delta = "8515000000";
        List<byte[]> frames = new ArrayList<>();
        frames.add(filled("", "81"));
        frames.add(filled("8218639f", "9f"));
        frames.add(filled("821863", "c0"));
        frames.add(filled("821863ba0007ffff", "6000"));
        frames.add(filled(ops + "616d" + "9a000ffff0", "00"));
        frames.add(filled(ops + "616d" + "8186616b010000009a000ffff0", "80"));
        frames.add(filled(ops + "616d" + "8186616b04f69a000ffff0", "80"));
        frames.add(filled("871a016161000001" + "9a000ffff0", "0040"));
        frames.add(filled("871a016161000001" + "82005a000fffff", "00"));
        frames.add(filled(delta + "839a000ffff0", "60"));
        frames.add(filled(delta + "83809a0007fff0", "6161"));
        frames.add(filled("851201" + "9a000ffff0", "0001"));
        frames.add(filled("830300" + "9a0007fff0", "616d"));
        frames.add(filled("", "820600"));
        return frames;
    }

    private static byte[] filled(String head, String item) {
        String hex = head + item.repeat(((2 << 20) - head.length()) / item.length());
        return VectorJson.HEX.parseHex(hex.substring(0, hex.length() & ~1));
    }

    @Test
    void shouldRejectEveryOperationAloneWhenAllAreWrong() {
        CborWriter out = new CborWriter();
        out.array(4).integer(2).integer(1).array(2).integer(0).integer(10_000);
        out.array(5).array(0).array(0).integer(0).text("m").array(10_000);
        for (int i = 0; i < 10_000; i++) {
            out.array(2).text("k").integer(i);
        }
        Message.Ops ops = (Message.Ops)
                MessageCodec.decode(out.toByteArray(), Limits.defaults()).get(0);
        assertEquals(10_000, ops.rejections().size());
    }

    @Test
    void shouldRefuseTheMessageAloneWhenItHasTooMuch() {
        List<Op> ops = new ArrayList<>();
        for (int i = 0; i <= 10_000; i++) {
            ops.add(new Op(i, "m", "k", ValueCell.remove(VectorCells.OLD)));
        }
        List<String> maps = new ArrayList<>();
        for (int i = 0; i <= 1_000; i++) {
            maps.add("m" + i);
        }
        CborWriter out = new CborWriter();
        MessageCodec.encode(new Message.Ops(Level.APPLIED, ops, List.of()), out);
        MessageCodec.encode(new Message.Subscribe(7, maps, Map.of()), out);
        MessageCodec.encode(new Message.Subscribe(8, List.of("../../x"), Map.of()), out);
        MessageCodec.encode(new Message.Ping(1), out);
        assertEquals(
                List.of(
                        new Message.Refused(ErrorCode.TOO_MANY, "10001 operations", OptionalLong.empty()),
                        new Message.Refused(ErrorCode.TOO_MANY, "1001 maps", OptionalLong.of(7)),
                        new Message.Refused(ErrorCode.INVALID_MAP_NAME, "Not a map name", OptionalLong.of(8)),
                        new Message.Ping(1)),
                MessageCodec.decode(out.toByteArray(), Limits.defaults()));
    }

    @Test
    void shouldRejectTheOperationAloneWhenItBreaksALimit() {
        byte[] large = VectorCells.cbor("x".repeat(262_140));
        CborWriter values = new CborWriter();
        assertEquals(ErrorCode.VALUE_TOO_LARGE, rejection(ValueCell.set(VectorCells.OLD, large, Life.FOREVER)));
        String[] names = new String[1_025];
        for (int i = 0; i < names.length; i++) {
            names[i] = String.valueOf((char) (0x3000 + i));
            values.integer(0);
        }
        assertEquals(
                ErrorCode.TOO_MANY_FIELDS,
                rejection(FieldsCell.set(VectorCells.OLD, Life.FOREVER, names, values.toByteArray())));
        assertThrows(ProtocolException.class, () -> VectorCells.cbor("\ud800"));
    }

    @Test
    void shouldRejectTheOperationWhenItIsFolded() {
        assertEquals(ErrorCode.INVALID_VALUE, rejection(VectorCounters.folded(1, 1, 0)));
    }

    @Test
    void shouldRejectTheOperationWhenItHasTooManyShares() {
        int count = 131_073;
        long[] times = new long[count];
        long[] amounts = new long[count];
        String[] writers = new String[count];
        for (int i = 0; i < count; i++) {
            times[i] = i;
            amounts[i] = 1;
            writers[i] = "w";
        }
        CounterCell cell = CounterCell.of(Optional.empty(), Shares.of(times, writers, amounts, amounts));
        assertEquals(ErrorCode.TOO_MANY_FIELDS, rejection(cell));
    }

    private static ErrorCode rejection(Cell cell) {
        Message.Ops sent = new Message.Ops(Level.APPLIED, List.of(new Op(0, "m", "k", cell)), List.of());
        Message.Ops ops = (Message.Ops) MessageCodec.decode(MessageCodec.encode(sent), Limits.defaults())
                .get(0);
        return ops.rejections().get(0).code();
    }
}
