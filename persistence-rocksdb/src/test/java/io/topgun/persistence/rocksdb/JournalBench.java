package io.topgun.persistence.rocksdb;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Events per second of persistent actors on the journal, beside the same bytes written by RocksDB
 * alone; both synced. Not a test: {@code main} takes the seconds of one run and the rounds.
 */
final class JournalBench {
    private static final int ENTITIES = 271;
    private static final int OP_BYTES = 150;
    private static final LongAdder PERSISTED = new LongAdder();

    private record Rate(String name, int opsPerEvent, double eventsPerSecond, double cpuMicros) {
        @Override
        public String toString() {
            return "%-28s %2d ops/event %9.0f events/s %10.0f ops/s %6.2f cpu-us/event"
                    .formatted(name, opsPerEvent, eventsPerSecond, eventsPerSecond * opsPerEvent, cpuMicros);
        }
    }

    private JournalBench() {}

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        for (int round = 1; round <= rounds; round++) {
            for (int ops : args.length > 2 ? new int[] {Integer.parseInt(args[2])} : new int[] {1, 10, 32}) {
                System.out.println(raw(ops, ENTITIES, seconds));
                System.out.println(raw(ops, 8 * ENTITIES, seconds));
                System.out.println(actors(ops, 1, seconds));
                System.out.println(actors(ops, 8, seconds));
            }
        }
    }

    /** Entities that persist an event for each command and keep so many commands under way. */
    static final class Entity extends EventSourcedBehavior<byte[], byte[], Long> {
        private final ActorRef<byte[]> self;

        Entity(String id, ActorRef<byte[]> self) {
            super(PersistenceId.ofUniqueId(id));
            this.self = self;
        }

        @Override
        public Long emptyState() {
            return 0L;
        }

        @Override
        public CommandHandler<byte[], byte[], Long> commandHandler() {
            return (state, command) -> Effect().persist(command).thenRun(next -> {
                PERSISTED.increment();
                self.tell(command);
            });
        }

        @Override
        public EventHandler<Long, byte[]> eventHandler() {
            return (state, event) -> state + 1;
        }
    }

    private static Rate actors(int ops, int outstanding, int seconds) throws IOException, InterruptedException {
        Path dir = Files.createTempDirectory("bench");
        try (TestSystem system = new TestSystem(dir)) {
            byte[] command = new byte[ops * OP_BYTES];
            List<ActorRef<byte[]>> entities = new ArrayList<>();
            for (int n = 0; n < ENTITIES; n++) {
                String id = "partition-" + n;
                entities.add(Adapter.spawn(
                        system.system(),
                        org.apache.pekko.actor.typed.javadsl.Behaviors.setup(
                                context -> new Entity(id, context.getSelf())),
                        id));
            }
            for (int n = 0; n < outstanding; n++) entities.forEach(entity -> entity.tell(command));
            Thread.sleep(1500); // Warming up.
            StoreStats before = system.persistence().stats();
            Rate rate = measure("actors, " + outstanding + " outstanding", ops, seconds, PERSISTED::sum);
            StoreStats after = system.persistence().stats();
            long commits = after.commits() - before.commits();
            System.out.printf(
                    "  %d commits/s, %d writes each, %d us each%n",
                    commits / seconds,
                    (after.writes() - before.writes()) / commits,
                    (after.nanos() - before.nanos()) / commits / 1000);
            return rate;
        } finally {
            delete(dir);
        }
    }

    private static Rate raw(int ops, int batch, int seconds) throws Exception {
        Path dir = Files.createTempDirectory("bench");
        LongAdder written = new LongAdder();
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, dir.toString());
                WriteOptions synced = new WriteOptions().setSync(true)) {
            boolean[] stop = {false};
            Thread writer = Thread.ofPlatform().start(() -> {
                while (!stop[0]) written.add(writeBatch(db, synced, new byte[ops * OP_BYTES], batch, written.sum()));
            });
            Thread.sleep(500);
            Rate rate = measure("RocksDB, " + batch + " per sync", ops, seconds, written::sum);
            stop[0] = true;
            writer.join();
            return rate;
        } finally {
            delete(dir);
        }
    }

    private static int writeBatch(RocksDB db, WriteOptions synced, byte[] event, int batch, long done) {
        try (WriteBatch rows = new WriteBatch()) {
            for (int n = 0; n < batch; n++) rows.put(Keys.numbered("partition-" + n, done / batch), event);
            db.write(synced, rows);
            return batch;
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Rate measure(String name, int ops, int seconds, java.util.function.LongSupplier count)
            throws InterruptedException {
        var os = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = os.getProcessCpuTime();
        long events = count.getAsLong();
        long start = System.nanoTime();
        Thread.sleep(seconds * 1000L);
        double elapsed = (System.nanoTime() - start) / 1e9;
        long done = count.getAsLong() - events;
        return new Rate(name, ops, done / elapsed, (os.getProcessCpuTime() - cpu) / 1e3 / done);
    }

    private static void delete(Path dir) throws IOException {
        try (var files = Files.walk(dir)) {
            for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }
}
