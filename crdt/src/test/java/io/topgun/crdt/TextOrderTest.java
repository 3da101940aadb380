package io.topgun.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TextOrderTest {
    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> points = Arbitraries.of(
                "a",
                "b",
                "\u007f",
                "\u0080",
                "é",
                "\u07ff",
                "\u0800",
                "\ud7ff",
                "\ue000",
                "\uffff",
                "𐀀",
                "\udbff\udfff");
        return points.list().ofMaxSize(5).map(list -> String.join("", list));
    }

    @Property(tries = 5_000)
    void orderIsThatOfUtf8Bytes(@ForAll("texts") String a, @ForAll("texts") String b) {
        byte[] x = a.getBytes(StandardCharsets.UTF_8);
        byte[] y = b.getBytes(StandardCharsets.UTF_8);
        int expected = x.length != y.length ? Integer.compare(x.length, y.length) : Arrays.compareUnsigned(x, y);
        assertEquals(Integer.signum(expected), Integer.signum(TextOrder.compare(a, b)));
        assertEquals(x.length, TextOrder.utf8Length(a));
    }
}
