package io.topgun.persistence.rocksdb;

import java.nio.file.Path;
import java.util.concurrent.CompletionException;

/** A process that writes to several ids until it is killed, and prints what was confirmed. */
final class CrashWriter {
    static final int IDS = 8;

    private CrashWriter() {}

    /** Takes the directory; prints "id number" after each confirmation, "failed" at the first error. */
    public static void main(String[] args) throws InterruptedException {
        TestStore store = new TestStore(Path.of(args[0]));
        for (int n = 0; n < IDS; n++) {
            String id = "p" + n;
            Thread.ofPlatform().start(() -> write(store, id));
        }
    }

    private static void write(TestStore store, String id) {
        StringBuilder line = new StringBuilder();
        for (long n = store.events().highestSequenceNr(id) + 1; ; n++) {
            try {
                TestStore.await(store.append(id, n, id + "-" + n));
                if (n % 50 == 0) TestStore.await(store.deleteTo(id, n - 20));
            } catch (CompletionException e) {
                System.out.println("failed " + e.getCause());
                return;
            }
            line.setLength(0);
            System.out.println(line.append(id).append(' ').append(n));
        }
    }
}
