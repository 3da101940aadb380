package io.topgun.node.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.Limits;
import io.topgun.protocol.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyExpressionTest {
    private static final String CITY = """
            {"name": "Köln", "lat": 50.93, "big": 12345678.5, "n": -7, "yes": true, "none": null, "empty": "",
             "meta": {"code": "DE", "deep": {"id": 9007199254740993}}, "tags": ["a", {"b": "c"}]}""";

    @ParameterizedTest
    @CsvSource({
        "name, Köln",
        "n, -7",
        "lat, 50.93",
        "big, 12345678.5",
        "yes, true",
        "meta.code, DE",
        "meta.deep.id, 9007199254740993",
        "tags.0, a",
        "tags.1.b, c",
        "{meta.code}/{name}, DE/Köln",
        "city:{name}:{n}!, city:Köln:-7!",
        "{name}{n}, Köln-7",
    })
    void shouldMakeTheKeyOfItsFields(String expression, String key) throws IOException {
        assertEquals(key, KeyExpression.parse(expression).keyOf(row(CITY)));
    }

    @ParameterizedTest
    @CsvSource({
        "nix, is missing",
        "meta.nix, is missing",
        "name.length, is missing",
        "tags.2, is missing",
        "none, is null",
        "empty, is empty",
        "meta, is an object",
        "tags, is an object or an array",
        "{name}/{nix}, Field nix",
        "., The row is an object",
    })
    void shouldRefuseTheRowWhenAFieldIsNoKey(String expression, String why) {
        ProtocolException refused = assertThrows(
                ProtocolException.class, () -> KeyExpression.parse(expression).keyOf(row(CITY)));
        assertEquals(ErrorCode.INVALID_KEY, refused.code());
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    }

    @Test
    void shouldTakeTheRowItselfWhenItIsNoObject() throws IOException {
        assertEquals("x", KeyExpression.parse(".").keyOf(row("\"x\"")));
        assertEquals("5", KeyExpression.parse("{.}").keyOf(row("5")));
        assertEquals("b", KeyExpression.parse("1").keyOf(row("{\"1\": \"b\"}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a..b", ".a", "a.", "{", "}", "{a", "a}", "{a}}", "{{a}", "{}", "x{a.}y"})
    void shouldRefuseAnExpressionThatIsNone(String expression) {
        assertThrows(IllegalArgumentException.class, () -> KeyExpression.parse(expression));
    }

    private static RowValue row(String json) throws IOException {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        RowReader reader = new RowReader(new ByteArrayInputStream(utf8), Limits.defaults());
        return assertInstanceOf(RowReader.Row.Good.class, reader.next().orElseThrow())
                .value();
    }
}
