package io.topgun.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.protocol.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node of this version on stores that earlier ones have written: it shows what they showed.
 *
 * <p>If one turns red, a format has changed under its version number. Give the new form a number of its own (a manifest of the
 * events, a version byte of the snapshots, a format of the store) and read both. A fixture is never made anew; a format that has
 * grown gets another one beside it, made by {@link StoreFixtureMain}.
 */
@Timeout(120)
class StoreFixturesIT {
    /** Nothing reaches this age, so that the fixtures stay as they are. */
    private static final String NO_FRONTIER = "topgun.replica.tombstone-retention = 36500 days";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"store-v1.json", "store-v2.json", "store-v3.json"})
    void shouldShowWhatTheVersionShowedThatWroteTheStore(String name) throws Exception {
        StoreFixture fixture = StoreFixture.load(name);
        StoreContent content = fixture.content();
        fixture.rows().write(Files.createDirectories(dir.resolve(StoreRows.DATABASE)));
        try (NodeProcess node = NodeProcess.start(dir, NO_FRONTIER)) {
            List<String> maps = List.copyOf(content.cells().keySet());
            StoreContent shown = StoreContent.of(node.port(), maps);
            assertEquals(content.cells(), shown.cells());
            assertEquals(content.digests(), shown.digests());
            assertEquals(List.of(), missed(node.port(), maps, content));
        }
    }

    /** What a client that was there before the upgrade is sent. */
    private static List<Message> missed(int port, List<String> maps, StoreContent content) throws Exception {
        List<Message> missed = new ArrayList<>();
        try (RawPeer peer = RawPeer.greeted(port, "reader")) {
            peer.send(new Message.Subscribe(1, maps, content.positions()));
            for (Message message = peer.next().orElseThrow();
                    !(message instanceof Message.Synced);
                    message = peer.next().orElseThrow()) {
                if (!(message instanceof Message.Snapshot chunk
                        && chunk.entries().isEmpty())) {
                    missed.add(message);
                }
            }
        }
        return missed;
    }
}
