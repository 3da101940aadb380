package io.topgun.node.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipHashTest {
    /** The key of the published test vectors: the bytes 0 to 15. */
    private final SipHash sip = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

    /** SipHash-1-3 of the bytes 0, 1, 2... */
    @ParameterizedTest
    @CsvSource({
        "0, abac0158050fc4dc",
        "2, 82cb9b024dc7d44d",
        "6, c50d2b50c59f22a7",
        "8, 369095118d299a8e",
        "14, 605aa111c0f95d34",
        "16, cc4fdd1a7d908b66",
        "62, c3b2f6154b6694e0"
    })
    void shouldGiveTheVectorsOfSipHash13(int length, String hash) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            bytes.put((byte) i);
        }
        String text = new String(bytes.array(), StandardCharsets.UTF_16LE);
        assertEquals(Long.parseUnsignedLong(hash, 16), sip.hash(text));
    }

    @Test
    void shouldHashTextOfAllPlanes() {
        assertEquals(0x3ea525cef690708cL, sip.hash("entry/271"));
        assertEquals(0x9770e71acc56137aL, sip.hash("Zürich 😀"));
    }

    @Test
    void shouldDependOnTheKey() {
        assertNotEquals(sip.hash("k"), SipHash.random().hash("k"));
        assertNotEquals(SipHash.random().hash("k"), SipHash.random().hash("k"));
    }
}
