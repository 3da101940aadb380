package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.protocol.ProtocolException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What replicas tell each other about their logs, there and back; nodes of two versions speak it, so its bytes stay as they are. */
class ExchangeSerializerTest {
    private static final ExchangeSerializer SERIALIZER = new ExchangeSerializer();
    private static final NodeId TO = new NodeId("pekko://a", 7);
    private static final NodeId WHO = new NodeId("pekko://b", -8);
    private static final LogPosition FROM = new LogPosition(0x1122334455667788L, 3, new Cursor(270, -1), true);
    private static final Replication.Follow FOLLOW = new Replication.Follow(WHO, FROM, true, 1 << 18);
    private static final Replication.Shipment SHIPMENT = new Replication.Shipment(
            WHO,
            FROM,
            true,
            new LogPosition(-1, 4, new Cursor(Long.MAX_VALUE, 5), false),
            true,
            List.of(new byte[] {1, -1}, new byte[0]),
            1_767_225_600_000L,
            ReplicaState.RETURNING);

    @Test
    void shouldReadAndWriteAQuestion() {
        ExchangePost post = new ExchangePost(TO, 270, FOLLOW);
        byte[] bytes = SERIALIZER.toBinary(post);
        assertEquals("F1", SERIALIZER.manifest(post));
        String from = "48112233445566778803" + "19010e20" + "f5";
        assertEquals(
                "6970656b6b6f3a2f2f61" + "07" + "19010e" + "6970656b6b6f3a2f2f62" + "27" + from + "f5" + "1a00040000",
                HexFormat.of().formatHex(bytes));
        assertEquals(post, SERIALIZER.fromBinary(bytes, "F1"));
    }

    @Test
    void shouldReadAndWriteAShipment() {
        ExchangePost post = new ExchangePost(TO, 0, SHIPMENT);
        byte[] bytes = SERIALIZER.toBinary(post);
        assertEquals("S1", SERIALIZER.manifest(post));
        String from = "48112233445566778803" + "19010e20" + "f5";
        String next = "48ffffffffffffffff04" + "1b7fffffffffffffff05" + "f4";
        assertEquals(
                "6970656b6b6f3a2f2f61" + "07" + "00" + "6970656b6b6f3a2f2f62" + "27" + from + "f5" + next + "f5" + "82"
                        + "4201ff" + "40" + "1b0000019b76daa800" + "1872",
                HexFormat.of().formatHex(bytes));
        Replication.Shipment read =
                (Replication.Shipment) ((ExchangePost) SERIALIZER.fromBinary(bytes, "S1")).exchange();
        assertEquals(SHIPMENT.who(), read.who());
        assertEquals(SHIPMENT.from(), read.from());
        assertEquals(SHIPMENT.next(), read.next());
        assertEquals(SHIPMENT.frontierMs(), read.frontierMs());
        assertEquals(SHIPMENT.state(), read.state());
        assertEquals(List.of(true, true), List.of(read.isGood(), read.more()));
        assertArrayEquals(SHIPMENT.blocks().toArray(), read.blocks().toArray());
    }

    @Test
    void shouldRefuseWhatEndsTooSoonAndWhatALaterVersionWrites() {
        byte[] bytes = SERIALIZER.toBinary(new ExchangePost(TO, 0, SHIPMENT));
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(ProtocolException.class, () -> SERIALIZER.fromBinary(cut, "S1"));
        }
        assertThrows(IllegalArgumentException.class, () -> SERIALIZER.fromBinary(bytes, "S2"));
    }
}
