package io.topgun.node.partition;

import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.CborWriter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Events to bytes and back; the manifest carries the format's version, so that old journals stay readable. */
public final class EventSerializer extends SerializerWithStringManifest {
    private static final String MERGED = "M1";
    private static final String FRONTIER = "F1";

    @Override
    public int identifier() {
        return 271001;
    }

    @Override
    public String manifest(Object event) {
        return switch ((Event) event) {
            case Event.Merged merged -> MERGED;
            case Event.FrontierAdvanced advanced -> FRONTIER;
        };
    }

    @Override
    public byte[] toBinary(Object event) {
        return switch ((Event) event) {
            case Event.Merged merged -> merged.block();
            case Event.FrontierAdvanced advanced -> {
                CborWriter writer = new CborWriter();
                writer.integer(advanced.frontierMs());
                yield writer.toByteArray();
            }
        };
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        CborReader reader = new CborReader(bytes);
        return switch (manifest) {
            case MERGED -> new Event.Merged(BlockCodec.read(reader), bytes);
            case FRONTIER -> new Event.FrontierAdvanced(reader.integer());
            default -> throw new IllegalArgumentException("an event of a later version: " + manifest);
        };
    }
}
