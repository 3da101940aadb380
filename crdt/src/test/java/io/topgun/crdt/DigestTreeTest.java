package io.topgun.crdt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DigestTreeTest {
    /** A set of cells as its owner has them: digest by bucket bits. */
    private final Map<Integer, Long> cells = new HashMap<>();

    private final DigestTree tree = new DigestTree();
    private final DigestTree.Source source = sink -> cells.forEach(sink::accept);

    private void put(int bits, long hash) {
        Long old = hash == 0 ? cells.remove(bits) : cells.put(bits, hash);
        tree.update(bits, old == null ? 0 : old, hash);
        tree.fit(source);
    }

    private long[] recomputed(int depth) {
        long[] digests = new long[1 << (4 * depth)];
        cells.forEach((bits, hash) -> digests[depth == 0 ? 0 : bits >>> (32 - 4 * depth)] ^= hash);
        return digests;
    }

    @Property(tries = 100)
    void treeEqualsRecomputationAtAnyDepth(@ForAll Random random, @ForAll @IntRange(max = 2_000) int size) {
        DigestTreeTest set = new DigestTreeTest();
        for (int i = 0; i < size; i++) {
            boolean remove = random.nextInt(4) == 0;
            set.put(random.nextInt(64) * 0x04000123, remove ? 0 : random.nextLong() | 1);
            set.put(random.nextInt(), random.nextLong() | 1);
        }
        for (int depth = 0; depth <= DigestTree.DEPTH_MAX; depth++) {
            assertArrayEquals(set.recomputed(depth), set.tree.digests(depth, set.source));
        }
        assertEquals(set.recomputed(0)[0], set.tree.root());
        assertEquals(set.cells.size(), set.tree.size());
        DigestTree made = DigestTree.of(set.cells.size(), set.source);
        assertArrayEquals(set.recomputed(DigestTree.DEPTH_MAX), made.digests(DigestTree.DEPTH_MAX, set.source));
        assertEquals(set.tree.root(), made.root());
        assertEquals(set.tree.size(), made.size());
    }

    @Test
    void shouldFollowTheSizeWhenCellsComeAndGo() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            put(random.nextInt(), i + 1);
            int keysPerLeaf = cells.size() >>> (4 * tree.depth());
            assertEquals(true, keysPerLeaf <= 32);
        }
        assertEquals(3, tree.depth());
        for (int bits : cells.keySet().toArray(Integer[]::new)) {
            put(bits, 0);
        }
        assertEquals(0, tree.depth());
        assertEquals(0, tree.root());
    }

    @Test
    void shouldFindTheBucketWhenOneCellDiffers() {
        DigestTreeTest other = new DigestTreeTest();
        Random random = new Random(2);
        for (int i = 0; i < 1_000; i++) {
            int bits = random.nextInt();
            put(bits, i + 1);
            other.put(bits, i + 1);
        }
        put(0xabcd0000, 77);
        long[] mine = tree.digests(2, source);
        long[] theirs = other.tree.digests(2, other.source);
        for (int bucket = 0; bucket < 256; bucket++) {
            assertEquals(bucket == 0xab, mine[bucket] != theirs[bucket]);
        }
    }
}
