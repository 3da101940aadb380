package io.topgun.loadtests.write;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Op;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB alone: each connection is a thread that writes its batch synced, and RocksDB joins those that
 * wait. It runs in the generator's process, so its CPU time has the making of the batches in it.
 */
final class RocksLine implements Line {
    static final String NAME = "rocksdbjni";

    private final Options options = new Options().setCreateIfMissing(true);
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final RocksDB database;
    private final AtomicLong connections = new AtomicLong();

    RocksLine(Path directory) throws IOException {
        try {
            database = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Sample run(int opsPerFrame, Duration time) throws IOException, InterruptedException {
        long pid = ProcessHandle.current().pid();
        ProcessUsage before = ProcessUsage.of(pid);
        ClosedLoop loop = new ClosedLoop(CONNECTIONS, time.toNanos());
        for (int i = 0; i < CONNECTIONS; i++) {
            long seed = connections.incrementAndGet();
            Thread.ofPlatform().name("rocks-" + i).start(() -> write(loop, new Batches("r" + seed, seed), opsPerFrame));
        }
        loop.await();
        ProcessUsage after = ProcessUsage.of(pid);
        return loop.sample(NAME, opsPerFrame, after.cpuMicros() - before.cpuMicros(), after.residentBytes());
    }

    private void write(ClosedLoop loop, Batches batches, int opsPerFrame) {
        CellCodec codec = new CellCodec();
        try {
            while (!loop.isOver()) {
                List<Op> ops = batches.next(opsPerFrame);
                long sent = System.nanoTime();
                loop.answered(ops.size(), write(ops, codec), sent);
            }
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        } finally {
            loop.leave();
        }
    }

    private long write(List<Op> ops, CellCodec codec) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Op op : ops) {
                batch.put(op.key().getBytes(StandardCharsets.UTF_8), codec.canonical(op.key(), op.delta()));
            }
            database.write(synced, batch);
            return batch.getDataSize();
        }
    }

    @Override
    public String prove() {
        return "raw writes: nothing to prove but that RocksDB answered";
    }

    @Override
    public void close() {
        synced.close();
        database.close();
        options.close();
    }
}
