package io.topgun.loadtests.write;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One file, to which one writer appends a frame and syncs it: the least that a durable write can take. */
final class SyncStore implements Store.InProcess {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final FileChannel file;
    private final Path path;
    private final Puts puts = new Puts(0);
    private long written;

    SyncStore(Path directory) throws IOException {
        path = directory.resolve("appended");
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public List<Connection> connections() {
        return List.of(ops -> CompletableFuture.runAsync(() -> append(ops), thread));
    }

    private void append(int ops) {
        try {
            for (int i = 0; i < ops; i++) {
                written += file.write(ByteBuffer.wrap(puts.next().valueBytes()));
            }
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String prove() throws IOException {
        if (Files.size(path) != written) {
            throw new IllegalStateException("The file has " + Files.size(path) + " bytes of " + written);
        }
        return written + " bytes are there";
    }

    @Override
    public void close() throws IOException {
        thread.close();
        file.close();
    }
}
