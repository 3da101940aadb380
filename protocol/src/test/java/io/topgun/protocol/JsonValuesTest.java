package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonValuesTest {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonValues VALUES = new JsonValues(Limits.defaults());

    private static JsonParser parser(String json) throws IOException {
        JsonParser parser = FACTORY.createParser(json);
        parser.nextToken();
        return parser;
    }

    private static String hex(String json) throws IOException {
        return VectorJson.HEX.formatHex(VALUES.value(parser(json)));
    }

    private static ErrorCode refusal(String json) {
        return assertThrows(ProtocolException.class, () -> VALUES.value(parser(json)))
                .code();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0                    | 00
            -0                   | 00
            -0.0                 | 00
            1.0                  | 01
            1e3                  | 1903e8
            0.5                  | fb3fe0000000000000
            9007199254740991     | 1b001fffffffffffff
            9007199254740993     | 1b0020000000000001
            9223372036854775807  | 1b7fffffffffffffff
            -9223372036854775808 | 3b7fffffffffffffff
            9007199254740992.0   | fb4340000000000000
            1e300                | fb7e37e43c8800759c
            5e-324               | fb0000000000000001
            true                 | f5
            null                 | f6
            [1,[],{}]            | 830180a0
            """)
    void shouldEncodeAsProtocolSaysWhenJsonIsOfAnyForm(String json, String hex) throws IOException {
        assertEquals(hex, hex(json));
    }

    @Test
    void shouldSortNamesWhenObjectIsInAnyOrder() throws IOException {
        assertEquals("a46001616102616203626161a1616104", hex("""
                {"aa": {"a": 4}, "b": 3, "": 1, "a": 2}"""));
    }

    @Test
    void shouldTakePairsAndRefuseLoneSurrogates() throws IOException {
        assertEquals("64f09f9880", hex("\"\\ud83d\\ude00\""));
        assertEquals(ErrorCode.INVALID_VALUE, refusal("\"\\ud83d\""));
        assertEquals(ErrorCode.INVALID_VALUE, refusal("\"\\ude00\\ud83d\""));
    }

    @Test
    void shouldRefuseWhenNumberIsOutOfRange() {
        assertEquals(ErrorCode.INVALID_VALUE, refusal("9223372036854775808"));
        assertEquals(ErrorCode.INVALID_VALUE, refusal("-9223372036854775809"));
        assertEquals(ErrorCode.INVALID_VALUE, refusal("1e999"));
    }

    @Test
    void shouldRefuseWhenNameIsThereTwice() {
        assertEquals(ErrorCode.INVALID_VALUE, refusal("{\"a\": 1, \"b\": 2, \"a\": 1}"));
    }

    @Test
    void shouldRefuseWhenNestedTooDeep() throws IOException {
        assertEquals("81".repeat(31) + "80", hex("[".repeat(32) + "]".repeat(32)));
        assertEquals(ErrorCode.INVALID_VALUE, refusal("[".repeat(33) + "]".repeat(33)));
        assertEquals(ErrorCode.INVALID_VALUE, refusal("{\"a\":".repeat(33) + "1" + "}".repeat(33)));
    }

    @Test
    void shouldRefuseWhenValueIsTooLarge() throws IOException {
        assertEquals(5 + 262_139, VALUES.value(parser("\"" + "x".repeat(262_139) + "\"")).length);
        assertEquals(ErrorCode.VALUE_TOO_LARGE, refusal("\"" + "x".repeat(262_140) + "\""));
    }

    @Test
    void shouldGiveFieldsInTextOrderWhenObjectIsRead() throws IOException {
        JsonValues.Fields fields = VALUES.fields(parser("""
                {"name": "Paris", "__proto__": 1, "lat": 48.85, "é": null}"""));
        assertArrayEquals(new String[] {"é", "lat", "name", "__proto__"}, fields.names());
        assertEquals("f6fb40486ccccccccccd65506172697301", VectorJson.HEX.formatHex(fields.values()));
    }

    @Test
    void shouldRefuseFieldsWhenTheyBreakALimit() {
        assertThrows(ProtocolException.class, () -> VALUES.fields(parser("[]")));
        assertThrows(ProtocolException.class, () -> VALUES.fields(parser("{\"\": 1}")));
        StringBuilder many = new StringBuilder("{\"f\":0");
        for (int i = 0; i < 1_024; i++) {
            many.append(",\"f").append(i).append("\":0");
        }
        ProtocolException tooMany = assertThrows(ProtocolException.class, () -> VALUES.fields(parser(many + "}")));
        assertEquals(ErrorCode.TOO_MANY_FIELDS, tooMany.code());
    }

    @Test
    void shouldGiveSameJsonBackWhenValueIsWritten() throws IOException {
        String json = """
                {"":[],"a":[1,-2.5,true,false,null,9223372036854775807],"b":{"é":"😀\\n"}}""";
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            JsonValues.write(VALUES.value(parser(json)), generator);
        }
        assertEquals(json, out.toString());
    }
}
