package io.topgun.node.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.topgun.protocol.BlockCodec;
import io.topgun.protocol.CborWriter;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Limits;
import io.topgun.protocol.Message;
import io.topgun.protocol.MessageCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Bytes of the golden vectors. */
final class Seeds {
    private Seeds() {}

    static List<byte[]> of(String file, String field) {
        try (InputStream in = MessageCodec.class.getResourceAsStream("vectors/" + file)) {
            List<byte[]> seeds = new ArrayList<>();
            for (JsonNode vector : new ObjectMapper().readTree(Objects.requireNonNull(in, file))) {
                seeds.add(HexFormat.of().parseHex(vector.get(field).textValue()));
            }
            return seeds;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of the messages that have one, and its cells one by one. */
    static List<byte[]> blocks() {
        List<byte[]> blocks = new ArrayList<>();
        for (byte[] frame : of("messages.json", "hex")) {
            if (MessageCodec.decode(frame, Limits.defaults()).get(0) instanceof Message.Snapshot snapshot) {
                blocks.add(block(snapshot.entries()));
                snapshot.entries().forEach(entry -> blocks.add(block(List.of(entry))));
            }
        }
        return blocks;
    }

    private static byte[] block(List<Entry> entries) {
        CborWriter out = new CborWriter();
        BlockCodec.write(out, entries);
        return out.toByteArray();
    }
}
