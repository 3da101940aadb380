package io.topgun.node.partition;

import io.topgun.node.cluster.NodeId;
import io.topgun.node.cluster.ReplicaState;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.CborWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Questions for logs and what is shipped to bytes and back: their components one behind the other, blocks as they are. */
public final class ExchangeSerializer extends SerializerWithStringManifest {
    private static final String FOLLOW = "F1";
    private static final String SHIPMENT = "S1";
    /** What is not blocks, about. */
    private static final int HEADER_BYTES = 256;

    @Override
    public int identifier() {
        return 271003;
    }

    @Override
    public String manifest(Object post) {
        return switch (((ExchangePost) post).exchange()) {
            case Replication.Follow follow -> FOLLOW;
            case Replication.Shipment shipment -> SHIPMENT;
        };
    }

    @Override
    public byte[] toBinary(Object object) {
        ExchangePost post = (ExchangePost) object;
        CborWriter out = new CborWriter(HEADER_BYTES + bytes(post.exchange()));
        write(out, post.to());
        out.integer(post.partition());
        switch (post.exchange()) {
            case Replication.Follow follow -> {
                write(out, follow.who());
                write(out, follow.from());
                out.bool(follow.isWhole()).integer(follow.bytesMax());
            }
            case Replication.Shipment shipment -> {
                write(out, shipment.who());
                write(out, shipment.from());
                out.bool(shipment.isGood());
                write(out, shipment.next());
                out.bool(shipment.more()).array(shipment.blocks().size());
                shipment.blocks().forEach(out::bytes);
                out.integer(shipment.frontierMs()).integer(shipment.state().letter());
            }
        }
        return out.toByteArray();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        CborReader in = new CborReader(bytes);
        NodeId to = node(in);
        int partition = Math.toIntExact(in.integer());
        return new ExchangePost(
                to,
                partition,
                switch (manifest) {
                    case FOLLOW ->
                        new Replication.Follow(node(in), position(in), in.bool(), Math.toIntExact(in.integer()));
                    case SHIPMENT ->
                        new Replication.Shipment(
                                node(in),
                                position(in),
                                in.bool(),
                                position(in),
                                in.bool(),
                                blocks(in),
                                in.integer(),
                                ReplicaState.of((char) in.integer()));
                    default -> throw new IllegalArgumentException("an exchange of a later version: " + manifest);
                });
    }

    private static int bytes(Replication.Exchange exchange) {
        return exchange instanceof Replication.Shipment shipment ? Math.toIntExact(shipment.bytes()) : 0;
    }

    private static void write(CborWriter out, NodeId node) {
        out.text(node.address()).integer(node.uid());
    }

    private static NodeId node(CborReader in) {
        return new NodeId(in.text(), in.integer());
    }

    private static void write(CborWriter out, LogPosition position) {
        out.bytes(position.storeId()).integer(position.incarnation());
        out.integer(position.cursor().seq()).integer(position.cursor().droppedSeq());
        out.bool(position.isComplete());
    }

    private static LogPosition position(CborReader in) {
        return new LogPosition(in.bytesAsLong(), in.integer(), new Cursor(in.integer(), in.integer()), in.bool());
    }

    private static List<byte[]> blocks(CborReader in) {
        int count = in.array();
        List<byte[]> blocks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            blocks.add(in.bytes());
        }
        return blocks;
    }
}
