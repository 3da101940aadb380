package io.topgun.loadtests.write;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The writes of one connection to a store that knows keys and values only: random keys of its own among those of all, so
 * that the last one acknowledged is the one that must be there, and values as long as in {@link Batches}.
 */
final class Puts {
    private static final int VALUE_BYTES = 150;

    private final int connection;
    private final SplittableRandom random;
    private final long[] seeds = new long[Batches.KEYS / WriteLoad.CONNECTIONS];

    Puts(int connection) {
        this.connection = connection;
        this.random = new SplittableRandom(connection);
    }

    /** A write. */
    record Put(String key, String value) {
        byte[] keyBytes() {
            return key.getBytes(StandardCharsets.US_ASCII);
        }

        byte[] valueBytes() {
            return value.getBytes(StandardCharsets.US_ASCII);
        }
    }

    Put next() {
        int index = random.nextInt(seeds.length);
        seeds[index] = random.nextLong() | 1;
        return put(index);
    }

    /** The last write of each key. */
    Stream<Put> last() {
        return IntStream.range(0, seeds.length)
                .filter(index -> seeds[index] != 0)
                .mapToObj(this::put);
    }

    private Put put(int index) {
        String value = Batches.letters(seeds[index], VALUE_BYTES);
        return new Put(Batches.key(index * WriteLoad.CONNECTIONS + connection), value);
    }
}
