package io.topgun.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.topgun.protocol.ErrorCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real node that is stopped, started where it cannot be, or left without space. */
@Timeout(120)
class RestartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** A few in fact; three times that for a machine with better things to do. */
    private static final int STOP_SECONDS = 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path dir;

    @Test
    void shouldEndCleanlyUnderWritesAndKeepWhatItAcknowledged() throws Exception {
        try (NodeProcess node = NodeProcess.start(dir, "");
                SteadyWriter writer = new SteadyWriter(node.sync(), "steady")) {
            await().atMost(PATIENCE).until(() -> writer.acknowledgedCount() > 500);
            node.terminate();
            assertEquals(128 + 15, node.exitCode(STOP_SECONDS), node.output());
            await().atMost(PATIENCE).until(() -> writer.closeCode() >= 0);
            assertEquals(1001, writer.closeCode());
            assertFalse(node.output().contains("\tat "), node.output());
            try (NodeProcess again = NodeProcess.start(dir, "")) {
                assertEquals(List.of(), writer.lost(again.port()));
            }
        }
    }

    private static void assertRefuses(String about, NodeProcess node) throws InterruptedException {
        assertEquals(2, node.exitCode(30), node.output());
        assertTrue(node.output().contains(about), node.output());
        assertEquals(1, node.output().lines().count(), node.output());
    }

    @Test
    void shouldSayInOneSentenceWhatKeepsItFromStarting() throws Exception {
        try (NodeProcess node = NodeProcess.start(dir, "")) {
            int port = node.port();
            try (NodeProcess second = NodeProcess.start(dir, "")) {
                assertRefuses(dir + "/store is in use", second);
            }
            String samePort = "topgun.http.port = " + port;
            try (NodeProcess other = NodeProcess.startOnConfiguredPort(dir.resolve("other"), samePort)) {
                assertRefuses("Cannot listen on 127.0.0.1:" + port, other);
            }
            Path file = Files.writeString(dir.resolve("file"), "not a directory");
            try (NodeProcess third = NodeProcess.start(file, "")) {
                assertRefuses(file.toString(), third);
            }
            try (NodeProcess fourth = NodeProcess.start(dir, "topgun.http.prot = 1")) {
                assertRefuses("topgun.http.port", fourth);
            }
            assertEquals(200, node.get("/health/ready").statusCode());
        }
    }

    @Test
    void shouldRefuseWritesWhileTheDiskIsFullAndHaveWhatItAcknowledgedAfterwards() throws Exception {
        Path disk = Files.createDirectory(dir.resolve("disk"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk.toString()) == 0, "may not mount");
        try (NodeProcess node = NodeProcess.start(disk, "")) {
            try (SteadyWriter writer = new SteadyWriter(node.sync(), "steady")) {
                await().atMost(PATIENCE).until(() -> writer.acknowledgedCount() > 0);
                Path ballast = disk.resolve("ballast");
                fill(ballast);
                await().atMost(PATIENCE).until(() -> !writer.troubles().isEmpty());
                writer.stop();
                assertTrue(
                        writer.troubles().stream()
                                .allMatch(trouble -> trouble.contains(ErrorCode.NOT_PERSISTED.name())
                                        || trouble.contains(ErrorCode.OVERLOADED.name())),
                        writer.troubles().getFirst());
                await().atMost(PATIENCE).until(() -> node.get("/health/ready").statusCode() == 503);
                assertEquals(200, node.get("/health/live").statusCode());
                node.terminate();
                assertEquals(128 + 15, node.exitCode(STOP_SECONDS), node.output());
                Files.delete(ballast);
                try (NodeProcess again = NodeProcess.start(disk, "")) {
                    assertEquals(List.of(), writer.lost(again.port()));
                    assertEquals(200, again.get("/health/ready").statusCode());
                }
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    /** Takes all but a megabyte of the disk. */
    private static void fill(Path ballast) throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast)) {
            byte[] block = new byte[1 << 16];
            while (ballast.toFile().getUsableSpace() > 1 << 20) {
                out.write(block);
            }
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
