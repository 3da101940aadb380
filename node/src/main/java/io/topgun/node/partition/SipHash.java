package io.topgun.node.partition;

import java.security.SecureRandom;

/**
 * Hash of text under a secret key, so that nobody outside can choose keys that share one: SipHash-1-3 (Aumasson and Bernstein,
 * <i>SipHash: a fast short-input PRF</i>, 2012) of the text's UTF-16, little-endian.
 *
 * <p>One round per word and three at the end: it guards tables, it authenticates nothing.
 */
public final class SipHash {
    private static final int FINAL_ROUNDS = 3;

    private final long k0;
    private final long k1;

    /** The hash under a key that nobody knows. */
    public static SipHash random() {
        SecureRandom random = new SecureRandom();
        return new SipHash(random.nextLong(), random.nextLong());
    }

    /** The hash under a key of 128 bits. */
    SipHash(long k0, long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    long hash(String text) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int words = text.length() / 4 + 1;
        for (int i = 0; i < words + FINAL_ROUNDS; i++) {
            long word = i < words ? word(text, i) : 0;
            v2 ^= i == words ? 0xff : 0;
            v3 ^= word;
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32) + v3;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** Four characters; the last word has what is left of them and the length in bytes on top. */
    private static long word(String text, int index) {
        int from = 4 * index;
        int to = Math.min(from + 4, text.length());
        long word = to < from + 4 ? (long) text.length() << 57 : 0;
        for (int i = from; i < to; i++) {
            word |= (long) text.charAt(i) << (16 * (i - from));
        }
        return word;
    }
}
