package io.topgun.node.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.protocol.CborReader;
import io.topgun.protocol.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowReaderTest {

    @Test
    void shouldReadAnArray() throws IOException {
        assertEquals(List.of("{a=1}", "{b=x,aa=2}", "7", "[1,2]"), rows("""
                 [{"a": 1}, {"aa": 2, "b": "x"},
                 7, [1, 2]]
                """));
        assertEquals(List.of(), rows("[]"));
    }

    @Test
    void shouldReadJsonLines() throws IOException {
        assertEquals(List.of("{a=1}", "{a=2}", "3"), rows("{\"a\": 1}\r\n\n{\"a\": 2}\n3"));
        assertEquals(List.of(), rows(""));
        assertEquals(List.of(), rows(" \n\n"));
    }

    @Test
    void shouldStepOverAByteOrderMark() throws IOException {
        assertEquals(List.of("1"), rows("\ufeff[1]"));
        assertEquals(List.of("{a=1}"), rows("\ufeff{\"a\": 1}\n"));
    }

    @Test
    void shouldGoOnBehindARowWeCannotHold() throws IOException {
        String deep = "[".repeat(40) + "]".repeat(40);
        assertEquals(
                List.of("1", "! INVALID_VALUE", "2", "! INVALID_VALUE", "! INVALID_VALUE", "! INVALID_VALUE", "{a=3}"),
                rows("[1, " + deep + ", 2, {\"x\": [1, {\"y\": 99999999999999999999}, 2], \"z\": 1}, {\"k\":1,\"k\":2},"
                        + " {\"s\": [\"\\ud800\", 1]}, {\"a\": 3}]"));
        assertEquals(List.of("! INVALID_VALUE", "5"), rows("99999999999999999999\n5"));
    }

    @Test
    void shouldRefuseANameThatIsNoText() throws IOException {
        assertEquals(List.of("! BAD_JSON"), rows("{\"\\ud800\": 1}\n5"));
        assertEquals(List.of("! INVALID_VALUE", "5"), rows("{\"\": 1}\n5"));
    }

    @Test
    void shouldRefuseARowThatIsTooLarge() throws IOException {
        assertEquals(List.of("! VALUE_TOO_LARGE", "1"), rows("[\"" + "x".repeat(300_000) + "\", 1]"));
        assertEquals(List.of("! VALUE_TOO_LARGE", "1"), rows("[{\"a\":\"" + "x".repeat(300_000) + "\"}, 1]"));
    }

    @Test
    void shouldEndAtBrokenJson() throws IOException {
        assertEquals(List.of("1", "! BAD_JSON"), rows("[1, nonsense, 2]"));
        assertEquals(List.of("{a=1}", "! BAD_JSON"), rows("{\"a\": 1}\n{\"a\": \n"));
        assertEquals(List.of("1", "! BAD_JSON"), rows("[1"));
        assertEquals(List.of("1", "! BAD_JSON"), rows("[1] 2"));
        assertEquals(List.of("1", "! BAD_JSON"), rows("1\n]"));
        assertEquals(List.of("! BAD_JSON"), rows("[".repeat(5_000)));
    }

    private static List<String> rows(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        RowReader reader = new RowReader(new ByteArrayInputStream(utf8), Limits.defaults());
        List<String> rows = new ArrayList<>();
        for (Optional<RowReader.Row> row = reader.next(); row.isPresent(); row = reader.next()) {
            rows.add(
                    switch (row.get()) {
                        case RowReader.Row.Good good -> show(good.value());
                        case RowReader.Row.Bad bad -> "! " + bad.code();
                    });
        }
        return rows;
    }

    private static String show(RowValue value) {
        return switch (value) {
            case RowValue.Other other -> show(new CborReader(other.value()));
            case RowValue.Fields fields -> {
                CborReader values = new CborReader(fields.values());
                List<String> members = new ArrayList<>();
                for (String name : fields.names()) {
                    members.add(name + "=" + show(values));
                }
                yield "{" + String.join(",", members) + "}";
            }
        };
    }

    private static String show(CborReader in) {
        return switch ((in.source()[in.position()] & 0xff) >>> 5) {
            case 0, 1 -> Long.toString(in.integer());
            case 3 -> in.text();
            default -> {
                List<String> items = new ArrayList<>();
                for (int left = in.array(); left > 0; left--) {
                    items.add(show(in));
                }
                yield "[" + String.join(",", items) + "]";
            }
        };
    }
}
