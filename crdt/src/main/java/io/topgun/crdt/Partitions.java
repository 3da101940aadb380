package io.topgun.crdt;

/** Where a key belongs: its partition, and its bucket of the digest tree, both from one hash. */
public final class Partitions {
    public static final int COUNT = 271;

    private Partitions() {}

    public static int of(String key) {
        return of(Murmur3.hash(key));
    }

    /** Partition of the key with this {@link Murmur3#hash(String) hash}: h1 mod 271, unsigned. */
    public static int of(long keyHash) {
        return (int) ((keyHash >>> 32) % COUNT);
    }

    /** The bits that choose the bucket: h2. */
    public static int bucketBits(long keyHash) {
        return (int) keyHash;
    }

    /** Bucket at a depth: the top 4 times depth bits of h2. */
    public static int bucket(int bucketBits, int depth) {
        return depth == 0 ? 0 : bucketBits >>> (32 - 4 * depth);
    }
}
