package io.topgun.persistence.rocksdb;

import io.topgun.persistence.rocksdb.RocksStoreException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The right of one owner to a store's directory; the system takes it back when the process dies. */
final class StoreLock implements AutoCloseable {
    private final FileChannel channel;

    private StoreLock(FileChannel channel) {
        this.channel = channel;
    }

    static StoreLock acquire(Path dir) throws IOException {
        FileChannel channel =
                FileChannel.open(dir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) return new StoreLock(channel);
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw locked(dir, e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw locked(dir, null);
    }

    private static RocksStoreException locked(Path dir, @Nullable Throwable cause) {
        return new RocksStoreException(
                Reason.LOCKED, "the data directory " + dir + " is in use by a running node", cause);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
