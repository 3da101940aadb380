package io.topgun.loadtests.recover;

import io.topgun.loadtests.ProcessUsage;
import io.topgun.loadtests.bench.Contender;
import io.topgun.loadtests.bench.Metric;
import io.topgun.loadtests.bench.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** RocksDB's iterators over all that a node's store holds, in the generator's process. */
final class IteratorLine implements Contender<Integer> {
    private final List<ColumnFamilyHandle> families = new ArrayList<>();
    private final DBOptions options = new DBOptions();
    private final RocksDB database;
    private long bytes = -1;
    private int reads;

    IteratorLine(Path directory, Journal journal) throws IOException, InterruptedException {
        String store = store(journal.copyTo(directory)).toString();
        try (Options names = new Options()) {
            List<ColumnFamilyDescriptor> descriptors = RocksDB.listColumnFamilies(names, store).stream()
                    .map(ColumnFamilyDescriptor::new)
                    .toList();
            database = RocksDB.openReadOnly(options, store, descriptors, families);
        } catch (RocksDBException e) {
            throw new IOException(e);
        }
    }

    /** The directory of the database among a node's data. */
    private static Path store(Path data) throws IOException {
        try (Stream<Path> paths = Files.walk(data)) {
            return paths.filter(path -> path.endsWith("CURRENT"))
                    .map(path -> path.resolveSibling("").normalize())
                    .findFirst()
                    .orElseThrow(() -> new IOException("No database in " + data));
        }
    }

    @Override
    public Sample run(Integer entries, Duration time) throws IOException {
        ProcessUsage before = ProcessUsage.of(ProcessHandle.current().pid());
        long start = System.nanoTime();
        long now = read();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (bytes >= 0 && bytes != now) {
            throw new IllegalStateException(now + " bytes, before it were " + bytes);
        }
        bytes = now;
        reads++;
        return Sample.empty()
                .with(Metric.SECONDS, seconds)
                .with(Metric.RATE, entries / seconds)
                .with(before, ProcessUsage.of(ProcessHandle.current().pid()), entries);
    }

    private long read() throws IOException {
        long bytes = 0;
        for (ColumnFamilyHandle family : families) {
            try (RocksIterator iterator = database.newIterator(family)) {
                for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                    bytes += iterator.key().length + iterator.value().length;
                }
                iterator.status();
            } catch (RocksDBException e) {
                throw new IOException(e);
            }
        }
        return bytes;
    }

    @Override
    public String prove() {
        return bytes + " bytes of records in each of " + reads + " reads";
    }

    @Override
    public void close() {
        families.forEach(ColumnFamilyHandle::close);
        database.close();
        options.close();
    }
}
