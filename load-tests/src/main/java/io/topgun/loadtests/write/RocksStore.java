package io.topgun.loadtests.write;

import io.topgun.protocol.CellCodec;
import io.topgun.protocol.Op;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB alone: each connection is a thread that writes our cells as one synced batch, and RocksDB joins those that wait.
 * It runs in the generator's process, so its CPU time has the making of the batches in it.
 */
final class RocksStore implements Store.InProcess {
    private final Options options = new Options().setCreateIfMissing(true);
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final ExecutorService threads = Executors.newFixedThreadPool(WriteLoad.CONNECTIONS);
    private final RocksDB database;
    private final Expected expected = new Expected();
    private final List<Connection> connections = new ArrayList<>();

    RocksStore(Path directory) throws IOException {
        try {
            database = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
        for (int i = 0; i < WriteLoad.CONNECTIONS; i++) {
            Batches batches = new Batches("r" + i, i);
            connections.add(ops -> CompletableFuture.runAsync(() -> write(batches.next(ops, 0)), threads));
        }
    }

    private void write(List<Op> ops) {
        CellCodec codec = new CellCodec();
        try (WriteBatch batch = new WriteBatch()) {
            for (Op op : ops) {
                batch.put(bytes(op.key()), codec.canonical(op.key(), op.delta()));
            }
            database.write(synced, batch);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
        expected.acknowledged(ops);
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<Connection> connections() {
        return connections;
    }

    /** It keeps the last write of a key and not the greatest, so only their number can be told. */
    @Override
    public String prove() throws IOException {
        try {
            for (String key : expected.keys()) {
                if (database.get(bytes(key)) == null) {
                    throw new IllegalStateException("Lost: " + key);
                }
            }
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
        return expected.keys().size() + " keys are there";
    }

    @Override
    public void close() {
        threads.close();
        synced.close();
        database.close();
        options.close();
    }
}
