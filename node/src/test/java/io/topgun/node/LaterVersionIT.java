package io.topgun.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.protocol.CborWriter;
import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import io.topgun.protocol.Prefixes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client of the version after this node's: it offers both, and every message of it has elements that this node cannot know. */
@Timeout(120)
class LaterVersionIT {
    private static final String MAP = "later";

    /** What no value may be: an indefinite array and a tag. */
    private static final byte[] EXTRA = HexFormat.of().parseHex("9f01f93c00ff" + "c11a514b67b0");

    private static final int EXTRA_COUNT = 2;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path dir;

    @Test
    void shouldSpeakTheVersionThatBothKnow() throws Exception {
        try (NodeProcess node = NodeProcess.start(dir, "");
                RawPeer peer = new RawPeer(node.port())) {
            int next = MessageCodec.VERSION + 1;
            send(
                    peer,
                    new Message.Hello(
                            MessageCodec.VERSION,
                            next,
                            "later",
                            Optional.empty(),
                            System.currentTimeMillis(),
                            "later"));
            assertEquals(
                    MessageCodec.VERSION, peer.expect(Message.Welcome.class).version());
            peer.expect(Message.Store.class);
            write(peer);
            int partition = read(peer);
            compare(peer, partition);
            send(peer, new Message.Unsubscribe(1), new Message.Ping(7));
            assertEquals(7, peer.expect(Message.Pong.class).id());
        }
    }

    private static void write(RawPeer peer) throws IOException {
        send(peer, BadInput.validOps(MAP, "key", 3));
        Message.Ack ack = peer.expect(Message.Ack.class);
        assertEquals(List.of(), ack.rejections());
        peer.send(new CborWriter()
                .array(2)
                .integer(99)
                .text("of version " + (MessageCodec.VERSION + 1))
                .toByteArray());
        assertEquals(
                new Message.Error(ErrorCode.UNKNOWN_TYPE, "type 99", OptionalLong.empty()),
                peer.expect(Message.Error.class));
    }

    /** The partition that has the entry. */
    private static int read(RawPeer peer) throws IOException {
        send(peer, new Message.Subscribe(1, List.of(MAP), Map.of()));
        int partition = -1;
        for (Message message = peer.next().orElseThrow();
                !(message instanceof Message.Synced);
                message = peer.next().orElseThrow()) {
            if (message instanceof Message.Snapshot chunk && !chunk.entries().isEmpty()) {
                partition = chunk.partition();
                assertEquals("key", chunk.entries().get(0).key());
            }
        }
        return partition;
    }

    private static void compare(RawPeer peer, int partition) throws IOException {
        send(peer, new Message.Fetch(1, MAP, partition, 0, List.of(), OptionalInt.of(8)));
        long digest = peer.expect(Message.Digest.class).digests().get(0);
        send(peer, new Message.Fetch(1, MAP, partition, 0, List.of(0), OptionalInt.of(8)));
        List<Prefixes> keys = peer.expect(Message.Keys.class).buckets();
        assertEquals(List.of(new Prefixes(0, List.of(digest))), keys);
        send(peer, new Message.Pick(1, MAP, partition, 0, 8, keys));
        assertEquals(1, peer.expect(Message.Cells.class).entries().size());
    }

    /** As that version would write them; each has its optional elements of this one. */
    private static void send(RawPeer peer, Message... messages) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        for (Message message : messages) {
            byte[] bytes = MessageCodec.encode(message);
            bytes[0] = (byte) (bytes[0] + EXTRA_COUNT); // the head of a short array
            frame.writeBytes(bytes);
            frame.writeBytes(EXTRA);
        }
        peer.send(frame.toByteArray());
    }
}
