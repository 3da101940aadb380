package io.topgun.loadtests.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system in memory that holds little more than a node's data, and can be filled. */
final class SmallDisk {
    private static final long SPARE_BYTES = 64 << 20;

    private final Path directory;

    /** Mounts it on a directory that is made for it, with room for twice these bytes and some more. */
    SmallDisk(Path directory, long bytes) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        Tool.run("mount", "-t", "tmpfs", "-o", "size=" + (2 * bytes + SPARE_BYTES), "tmpfs", directory.toString());
    }

    static Optional<String> missing() throws InterruptedException {
        try {
            Path trial = Files.createTempDirectory("topgun-disk");
            try {
                if (Tool.succeeds("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", trial.toString())) {
                    Tool.run("umount", trial.toString());
                    return Optional.empty();
                }
                return Optional.of("this user may not mount a tmpfs");
            } finally {
                Files.delete(trial);
            }
        } catch (IOException e) {
            return Optional.of("no directory to mount a tmpfs on: " + e);
        }
    }

    private Path ballast() {
        return directory.resolve("ballast");
    }

    /** Takes what is left. */
    void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast())) {
            byte[] block = new byte[1 << 16];
            while (directory.toFile().getUsableSpace() > block.length) {
                out.write(block);
            }
        }
    }

    /** Gives back what {@link #fill} took. */
    void relieve() throws IOException {
        Files.deleteIfExists(ballast());
    }

    /** Unmounts it, for good once nobody uses it. */
    void unmount() throws InterruptedException {
        Tool.run("umount", "--lazy", directory.toString());
    }
}
