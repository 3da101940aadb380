package io.topgun.node.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short version of {@code ./topgun fuzz}: the same targets, bytes spoilt at random and not by what they cover. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuzzTest {
    private static final int ROUNDS = 40_000;

    private static final byte[] AWKWARD =
            HexFormat.of().parseHex("0017181b203b405b5f607b7f80829a9b9fa0bbbfc0dbe0f4f6f7f8f9fafbff");

    private final Random random = new Random(271);

    @ParameterizedTest
    @EnumSource(Targets.class)
    void bytesAreReadOrRefusedAndNothingElse(Targets target) {
        List<byte[]> seeds = target.seeds();
        int read = 0;
        for (byte[] seed : seeds) {
            assertTrue(isRead(target, seed), "a seed is refused");
        }
        for (int i = 0; i < ROUNDS; i++) {
            byte[] spoilt = seeds.get(random.nextInt(seeds.size())).clone();
            for (int times = random.nextInt(4); times >= 0 && spoilt.length > 0; times--) {
                spoilt = spoil(spoilt, seeds.get(random.nextInt(seeds.size())));
            }
            read += isRead(target, spoilt) ? 1 : 0;
        }
        // Both outcomes are common, else the fuzzer is not near the border.
        assertTrue(read > ROUNDS / 100 && read < ROUNDS * 9 / 10, read + " read of " + ROUNDS);
    }

    private static boolean isRead(Targets target, byte[] bytes) {
        try {
            return Attempt.isRead(target, bytes);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return fail(target + " on " + HexFormat.of().formatHex(bytes), e);
        }
    }

    private byte[] spoil(byte[] bytes, byte[] other) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = AWKWARD[random.nextInt(AWKWARD.length)];
            case 2 -> bytes[at] += (byte) (random.nextInt(3) - 1);
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return joined(bytes, at, bytes, Math.min(at + random.nextInt(9), bytes.length));
            }
            default -> {
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
}
