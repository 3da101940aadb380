package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Ten thousand spoilt frames are read or refused as the golden file says, and so as the client does. */
class MutationsTest {
    @Test
    void spoiltFramesAreReadAlikeInEveryLanguage() throws IOException {
        Mutations mutations = new Mutations(VectorsTest.file("messages.json"));
        JsonNode blocks = VectorsTest.file("mutations.json");
        assertEquals(Mutations.BLOCKS, blocks.size());
        int refused = 0;
        for (int i = 0; i < blocks.size(); i++) {
            String wanted = blocks.get(i).get("marks").textValue();
            String marks = mutations.marks(i);
            for (int j = 0; j < Mutations.PER_BLOCK; j++) {
                int seed = i * Mutations.PER_BLOCK + j;
                assertEquals(
                        wanted.substring(4 * j, 4 * j + 4),
                        marks.substring(4 * j, 4 * j + 4),
                        () -> "seed " + seed + ": " + VectorJson.HEX.formatHex(mutations.spoilt(seed)));
                refused += marks.startsWith("----", 4 * j) ? 1 : 0;
            }
        }
        assertTrue(refused > 1_000 && refused < 9_000, refused + " refused");
    }
}
