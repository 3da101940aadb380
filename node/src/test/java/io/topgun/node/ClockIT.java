package io.topgun.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Level;
import io.topgun.protocol.Message;
import io.topgun.protocol.Op;
import io.topgun.protocol.Rejection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose wall clock is set under it, by libfaketime. */
@Timeout(120)
class ClockIT {
    private static final Duration WAIT = Duration.ofSeconds(20);

    @TempDir
    private Path dir;

    private Path offset;
    private Map<String, String> environment;

    @BeforeEach
    void preload() throws IOException {
        Optional<Path> library = library();
        assumeTrue(library.isPresent(), "libfaketime is not installed (Debian package faketime)");
        offset = dir.resolve("offset");
        environment = Map.of(
                "LD_PRELOAD", library.orElseThrow().toString(),
                "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
        setClock(0);
    }

    private static Optional<Path> library() throws IOException {
        try (Stream<Path> found = Files.find(
                Path.of("/usr/lib"), 3, (path, attributes) -> path.endsWith("faketime/libfaketimeMT.so.1"))) {
            return found.findFirst();
        }
    }

    /** In one step, as readers meet it at any time. */
    private void setClock(int seconds) throws IOException {
        Path next = Files.writeString(dir.resolve("next"), (seconds < 0 ? "" : "+") + seconds);
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
    }

    private NodeProcess start() throws IOException {
        return NodeProcess.start(dir.resolve("data"), "", environment);
    }

    private static List<ErrorCode> write(RawPeer peer, String key, long ms) throws IOException {
        ValueCell cell = ValueCell.set(Stamp.of(ms, 0, "w"), BadInput.ONE, Life.FOREVER);
        peer.send(new Message.Ops(Level.PERSISTED, List.of(new Op(1, "m", key, cell)), List.of()));
        return peer.expect(Message.Ack.class).rejections().stream()
                .map(Rejection::code)
                .toList();
    }

    private static void awaitReady(NodeProcess node, int status) {
        await().atMost(WAIT).until(() -> node.get("/health/ready").statusCode() == status);
    }

    @Test
    void shouldTakeNoWritesWhileTheClockIsElsewhere() throws Exception {
        try (NodeProcess node = start();
                RawPeer peer = RawPeer.greeted(node.port(), "w")) {
            long now = System.currentTimeMillis();
            assertEquals(List.of(), write(peer, "a", now));
            for (int seconds : new int[] {3600, -3600}) {
                setClock(seconds);
                awaitReady(node, 503);
                assertEquals(List.of(ErrorCode.NOT_PERSISTED), write(peer, "b", now));
                String why = node.get("/health/ready").body();
                assertTrue(why.contains("the clock is out of bounds: it stepped by"), why);
                assertEquals(0, node.metric("topgun_clock_trusted"));
                peer.send(new Message.Ping(1));
                long told = peer.expect(Message.Pong.class).clockMs();
                assertTrue(Math.abs(told - System.currentTimeMillis()) < 30_000, "clients are told the time as it was");
                setClock(0);
                awaitReady(node, 200);
                assertEquals(List.of(), write(peer, "b" + seconds, now));
            }
            String log = "This node takes no writes: the clock is out of bounds";
            await().atMost(WAIT).until(() -> node.output().split(log, -1).length == 3);
        }
    }

    @Test
    void shouldTakeNoWritesWhenItStartsBehindWhatWasWritten() throws Exception {
        setClock(3600);
        try (NodeProcess node = start();
                RawPeer peer = RawPeer.greeted(node.port(), "w")) {
            assertEquals(List.of(), write(peer, "a", System.currentTimeMillis() + 3_600_000));
        }
        setClock(0);
        try (NodeProcess node = start();
                RawPeer peer = RawPeer.greeted(node.port(), "w")) {
            assertEquals(503, node.get("/health/ready").statusCode());
            assertTrue(node.get("/health/ready").body().contains("s behind the newest write"));
            assertEquals(List.of(ErrorCode.NOT_PERSISTED), write(peer, "b", System.currentTimeMillis()));
        }
        setClock(3600);
        try (NodeProcess node = start();
                RawPeer peer = RawPeer.greeted(node.port(), "w")) {
            assertEquals(200, node.get("/health/ready").statusCode());
            assertEquals(List.of(), write(peer, "b", System.currentTimeMillis() + 3_600_000));
        }
    }
}
