package io.topgun.node.imports;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A file that is read from its start to its end, unpacked on the way if it ends in {@code .gz}. */
final class RowFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final long size;
    private final Counted counted;
    private final InputStream unpacked;

    private static final class Counted extends FilterInputStream {
        long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            bytes += next < 0 ? 0 : 1;
            return next;
        }

        @Override
        public int read(byte[] target, int from, int length) throws IOException {
            int read = super.read(target, from, length);
            bytes += Math.max(0, read);
            return read;
        }

        @Override
        public long skip(long wanted) throws IOException {
            long skipped = super.skip(wanted);
            bytes += skipped;
            return skipped;
        }
    }

    RowFile(Path path) throws IOException {
        size = Files.size(path);
        counted = new Counted(Files.newInputStream(path));
        boolean packed = path.getFileName().toString().endsWith(".gz");
        try {
            unpacked = new BufferedInputStream(
                    packed ? new GZIPInputStream(counted, BUFFER_BYTES) : counted, BUFFER_BYTES);
        } catch (IOException e) {
            counted.close();
            throw e;
        }
    }

    /** Size on disk. */
    long size() {
        return size;
    }

    /** How many bytes of {@link #size()} have been read. */
    long read() {
        return counted.bytes;
    }

    InputStream unpacked() {
        return unpacked;
    }

    @Override
    public void close() throws IOException {
        unpacked.close();
    }
}
