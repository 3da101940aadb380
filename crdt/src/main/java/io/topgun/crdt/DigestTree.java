package io.topgun.crdt;

/**
 * Digests of a set of cells by bucket, kept up to date by XOR, so that two replicas find what
 * differs in one or two exchanges. The leaves follow the size: {@value #KEYS_PER_LEAF} keys or fewer
 * each on average, fan-out 16, one {@code long} for a small set.
 */
public final class DigestTree {
    public static final int DEPTH_MAX = 4;
    private static final int KEYS_PER_LEAF = 32;

    private long[] leaves = new long[1];
    private int depth;
    private int size;

    /** All cells of the set, as the owner walks them. */
    @FunctionalInterface
    public interface Source {
        void forEach(Sink sink);
    }

    /** What a {@link Source} hands each cell to: the key's bucket bits and the cell's digest. */
    @FunctionalInterface
    public interface Sink {
        void accept(int bucketBits, long hash);
    }

    /** The digests of a set of so many cells. */
    public static DigestTree of(int size, Source source) {
        DigestTree tree = new DigestTree();
        tree.size = size;
        tree.depth = depthFor(size);
        tree.leaves = compute(tree.depth, source);
        return tree;
    }

    /** Replaces a cell's digest; 0 stands for no cell. */
    public void update(int bucketBits, long oldHash, long newHash) {
        leaves[Partitions.bucket(bucketBits, depth)] ^= oldHash ^ newHash;
        size += (newHash == 0 ? 0 : 1) - (oldHash == 0 ? 0 : 1);
    }

    /** Digest of the whole set. */
    public long root() {
        return fold(leaves, depth, 0)[0];
    }

    public int size() {
        return size;
    }

    public int depth() {
        return depth;
    }

    /** Makes the depth follow the size. The source is walked only if the leaves got too full. */
    public void fit(Source source) {
        int wanted = depthFor(size);
        if (wanted > depth) {
            leaves = compute(wanted, source);
            depth = wanted;
        } else if (wanted < depth && size < leaves.length / 2) {
            // At a quarter of the size that deepens, so that a size near the border does not swing.
            leaves = fold(leaves, depth, wanted);
            depth = wanted;
        }
    }

    /** Digests of the 16^depth buckets; the source is walked only if that is deeper than the leaves. */
    public long[] digests(int atDepth, Source source) {
        if (atDepth < 0 || atDepth > DEPTH_MAX) {
            throw new IllegalArgumentException("Depth " + atDepth);
        }
        return atDepth > depth ? compute(atDepth, source) : fold(leaves, depth, atDepth);
    }

    private static int depthFor(int size) {
        int depth = 0;
        while (depth < DEPTH_MAX && size > KEYS_PER_LEAF << (4 * depth)) {
            depth++;
        }
        return depth;
    }

    private static long[] compute(int depth, Source source) {
        long[] digests = new long[1 << (4 * depth)];
        source.forEach((bits, hash) -> digests[Partitions.bucket(bits, depth)] ^= hash);
        return digests;
    }

    private static long[] fold(long[] leaves, int from, int to) {
        long[] folded = new long[1 << (4 * to)];
        int shift = 4 * (from - to);
        for (int i = 0; i < leaves.length; i++) {
            folded[i >>> shift] ^= leaves[i];
        }
        return folded;
    }
}
