package io.topgun.crdt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** MurmurHash3 x86_128 with seed 0 (Appleby): four words, of which most callers need the first two. */
public final class Murmur3 {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int C1 = 0x239b961b;
    private static final int C2 = 0xab0e9789;
    private static final int C3 = 0x38b34ae5;
    private static final int C4 = 0xa1e38b93;

    private Murmur3() {}

    /** Words h1 and h2 of the hash of a text's UTF-8, h1 in the high half. */
    public static long hash(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return hash(utf8, 0, utf8.length);
    }

    /** Words h1 and h2 of the hash of a range of bytes, h1 in the high half. */
    public static long hash(byte[] bytes, int from, int to) {
        return run(bytes, from, to, null);
    }

    /** All four words. */
    public static int[] words(byte[] bytes, int from, int to) {
        int[] words = new int[4];
        run(bytes, from, to, words);
        return words;
    }

    /** The state is in local variables, which stay in registers: with fields it took twice the time. */
    private static long run(byte[] bytes, int from, int to, int @Nullable [] words) {
        int h1 = 0;
        int h2 = 0;
        int h3 = 0;
        int h4 = 0;
        int at = from;
        for (; at + 16 <= to; at += 16) {
            h1 ^= mix((int) INT.get(bytes, at), C1, 15, C2);
            h1 = (Integer.rotateLeft(h1, 19) + h2) * 5 + 0x561ccd1b;
            h2 ^= mix((int) INT.get(bytes, at + 4), C2, 16, C3);
            h2 = (Integer.rotateLeft(h2, 17) + h3) * 5 + 0x0bcaa747;
            h3 ^= mix((int) INT.get(bytes, at + 8), C3, 17, C4);
            h3 = (Integer.rotateLeft(h3, 15) + h4) * 5 + 0x96cd1c35;
            h4 ^= mix((int) INT.get(bytes, at + 12), C4, 18, C1);
            h4 = (Integer.rotateLeft(h4, 13) + h1) * 5 + 0x32ac3b17;
        }
        int length = to - from;
        h1 ^= mix(word(bytes, at, to), C1, 15, C2) ^ length;
        h2 ^= mix(word(bytes, at + 4, to), C2, 16, C3) ^ length;
        h3 ^= mix(word(bytes, at + 8, to), C3, 17, C4) ^ length;
        h4 ^= mix(word(bytes, at + 12, to), C4, 18, C1) ^ length;
        h1 += h2 + h3 + h4;
        h2 = avalanche(h2 + h1);
        h3 = avalanche(h3 + h1);
        h4 = avalanche(h4 + h1);
        h1 = avalanche(h1);
        h1 += h2 + h3 + h4;
        h2 += h1;
        if (words != null) {
            words[0] = h1;
            words[1] = h2;
            words[2] = h3 + h1;
            words[3] = h4 + h1;
        }
        return ((long) h1 << 32) | (h2 & 0xffffffffL);
    }

    /** Little-endian word of what is left of at most four bytes; 0, which mixes to 0, if nothing. */
    private static int word(byte[] bytes, int at, int to) {
        int word = 0;
        for (int i = Math.min(at + 4, to) - 1; i >= at; i--) {
            word = word << 8 | (bytes[i] & 0xff);
        }
        return word;
    }

    private static int mix(int word, int c, int rotation, int d) {
        return Integer.rotateLeft(word * c, rotation) * d;
    }

    private static int avalanche(int h) {
        int x = h;
        x = (x ^ (x >>> 16)) * 0x85ebca6b;
        x = (x ^ (x >>> 13)) * 0xc2b2ae35;
        return x ^ (x >>> 16);
    }
}
