package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.topgun.crdt.CborItems;
import io.topgun.crdt.ValueCell;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The codec against the corpus of awkward values, which the client is tested with too: alone, and inside of a cell. */
class AwkwardTest {
    @TestFactory
    Stream<DynamicTest> valuesAreAcceptedOrRefusedAsTheCorpusSays() throws IOException {
        JsonNode corpus = VectorsTest.file("awkward.json");
        assertTrue(corpus.size() >= 1_000, corpus.size() + " values");
        return corpus.valueStream()
                .map(value -> DynamicTest.dynamicTest(value.get("name").textValue(), () -> check(value)));
    }

    private static void check(JsonNode value) throws IOException {
        byte[] bytes = bytes(value);
        if (value.has("code")) {
            assertThrows(ProtocolException.class, () -> VectorJson.decode(bytes));
            assertTrue(isRemoval(bytes)
                    || isRefused(bytes, ErrorCode.valueOf(value.get("code").textValue())));
            return;
        }
        assertEquals(bytes.length, CborItems.end(bytes, 0));
        assertArrayEquals(bytes, VectorJson.encode(VectorJson.decode(bytes)));
        if (value.has("json")) {
            assertArrayEquals(bytes, VectorJson.encode(value.get("json")));
        }
        Message.Ops ops = operation(bytes);
        assertEquals(List.of(), ops.rejections());
        assertArrayEquals(bytes, ((ValueCell) ops.ops().get(0).delta()).value().orElseThrow());
    }

    /** {@code undefined} is no value, but may stand where one is removed. */
    private static boolean isRemoval(byte[] bytes) {
        return bytes.length == 1 && bytes[0] == CborItems.UNDEFINED;
    }

    /** Alone, or with the frame where there is no telling where it ends. */
    private static boolean isRefused(byte[] bytes, ErrorCode code) {
        try {
            List<Rejection> rejections = operation(bytes).rejections();
            return rejections.size() == 1 && rejections.get(0).code() == code;
        } catch (ProtocolException e) {
            return e.code() == ErrorCode.MALFORMED;
        }
    }

    private static byte[] bytes(JsonNode value) {
        String repeated =
                value.path("repeat").asText().repeat(value.path("times").intValue());
        return VectorJson.HEX.parseHex(
                value.get("hex").textValue() + repeated + value.path("end").asText());
    }

    /** A frame with one operation that sets this value. */
    private static Message.Ops operation(byte[] value) {
        CborWriter out = new CborWriter();
        out.array(4).integer(2).integer(1).array(2).integer(0).integer(1);
        out.array(5).array(1).text("w").array(0).integer(0).text("m").array(1);
        out.array(6).text("k").integer(1).integer(5).integer(0).integer(0).raw(value, 0, value.length);
        return (Message.Ops)
                MessageCodec.decode(out.toByteArray(), Limits.defaults()).get(0);
    }
}
