package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.topgun.crdt.Cell;
import io.topgun.crdt.Murmur3;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The codec against the golden vectors, which the TypeScript client is tested with too. */
class VectorsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private interface Check {
        void run(JsonNode vector) throws IOException;
    }

    static JsonNode file(String name) throws IOException {
        try (InputStream in = VectorsTest.class.getResourceAsStream("vectors/" + name)) {
            return MAPPER.readTree(Objects.requireNonNull(in, name));
        }
    }

    private static Stream<DynamicTest> each(String name, Check check) throws IOException {
        JsonNode vectors = file(name);
        assertFalse(vectors.isEmpty());
        return vectors.valueStream()
                .map(vector -> DynamicTest.dynamicTest(
                        vector.path("name").asText("key " + vector.path("key")), () -> check.run(vector)));
    }

    private static byte[] hex(JsonNode vector) {
        return VectorJson.HEX.parseHex(vector.get("hex").textValue());
    }

    @TestFactory
    Stream<DynamicTest> values() throws IOException {
        return each("values.json", vector -> {
            byte[] hex = hex(vector);
            assertEquals(
                    vector.get("hex").textValue(), VectorJson.HEX.formatHex(VectorJson.encode(vector.get("json"))));
            JsonNode decoded = VectorJson.decode(hex);
            if (!vector.has("oneWay")) {
                assertEquals(
                        MAPPER.readTree(decoded.toString()),
                        MAPPER.readTree(vector.get("json").toString()));
            }
            assertEquals(vector.get("hex").textValue(), VectorJson.HEX.formatHex(VectorJson.encode(decoded)));
        });
    }

    @TestFactory
    Stream<DynamicTest> refused() throws IOException {
        return each("refused.json", vector -> {
            byte[] hex = hex(vector);
            boolean value = vector.get("as").textValue().equals("value");
            ProtocolException refusal = assertThrows(
                    ProtocolException.class,
                    () -> Objects.requireNonNull(
                            value ? VectorJson.decode(hex) : MessageCodec.decode(hex, Limits.defaults())));
            assertEquals(ErrorCode.MALFORMED, refusal.code());
        });
    }

    @TestFactory
    Stream<DynamicTest> rejected() throws IOException {
        return each("rejected.json", vector -> {
            List<Message> messages = MessageCodec.decode(hex(vector), Limits.defaults());
            Message.Ops ops = (Message.Ops) messages.get(0);
            assertEquals(1, ops.rejections().size(), ops::toString);
            assertEquals(5, ops.rejections().get(0).opId());
            assertEquals(
                    vector.get("code").textValue(),
                    ops.rejections().get(0).code().name());
            assertEquals(List.of(6L), ops.ops().stream().map(Op::id).toList());
        });
    }

    @TestFactory
    Stream<DynamicTest> hashes() throws IOException {
        return each("hashes.json", vector -> {
            String key = vector.get("key").textValue();
            byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
            int[] words = Murmur3.words(utf8, 0, utf8.length);
            for (int i = 0; i < 4; i++) {
                assertEquals(vector.get("words").get(i).longValue(), Integer.toUnsignedLong(words[i]));
            }
            assertEquals(vector.get("partition").intValue(), Partitions.of(key));
            assertEquals(words[1], Partitions.bucketBits(Murmur3.hash(key)));
        });
    }

    @Test
    void stamps() throws IOException {
        for (JsonNode list : file("stamps.json")) {
            for (int i = 1; i < list.size(); i++) {
                Stamp less = VectorJson.toStamp(list.get(i - 1));
                Stamp more = VectorJson.toStamp(list.get(i));
                assertTrue(less.compareTo(more) < 0 && more.compareTo(less) > 0, less + " and " + more);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> cells() throws IOException {
        return each("cells.json", vector -> {
            String key = vector.get("key").textValue();
            Cell cell = VectorJson.toCell(vector.get("cell"));
            CellCodec codec = new CellCodec();
            String canonical = vector.get("canonicalHex").textValue();
            assertEquals(canonical, VectorJson.HEX.formatHex(codec.canonical(key, cell)));
            assertEquals(new CellCodec.Keyed(key, cell), codec.decodeCanonical(VectorJson.HEX.parseHex(canonical)));
            assertEquals(vector.get("digestHex").textValue(), VectorJson.HEX.toHexDigits(codec.hash(key, cell)));
        });
    }

    @TestFactory
    Stream<DynamicTest> merges() throws IOException {
        return each("merges.json", vector -> {
            Cell a = VectorJson.toCell(vector.get("a"));
            Cell b = VectorJson.toCell(vector.get("b"));
            Cell merged = VectorJson.toCell(vector.get("merged"));
            assertEquals(merged, a.merge(b));
            assertEquals(merged, b.merge(a));
        });
    }

    @TestFactory
    Stream<DynamicTest> pruned() throws IOException {
        return each("pruned.json", vector -> {
            Cell cell = VectorJson.toCell(vector.get("cell"));
            Optional<Cell> wanted = vector.get("pruned").isNull()
                    ? Optional.empty()
                    : Optional.of(VectorJson.toCell(vector.get("pruned")));
            Optional<Cell> pruned = cell.pruned(vector.get("frontierMs").longValue());
            assertEquals(wanted, pruned);
            if (wanted.equals(Optional.of(cell))) {
                assertSame(cell, pruned.orElseThrow());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> messages() throws IOException {
        return each("messages.json", vector -> {
            Message message = MessageJsonReader.read(vector.get("message"));
            assertEquals(vector.get("hex").textValue(), VectorJson.HEX.formatHex(MessageCodec.encode(message)));
            assertEquals(List.of(message), MessageCodec.decode(hex(vector), Limits.defaults()));
        });
    }

    @Test
    void filesAreThoseOfTheWriter() throws IOException {
        for (Map.Entry<String, JsonNode> made : VectorsWriter.files().entrySet()) {
            assertEquals(VectorsWriter.print(made.getValue()), VectorsWriter.print(file(made.getKey())), made.getKey());
        }
    }
}
