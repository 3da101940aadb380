package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Ten thousand schedules end in the bytes that the golden files say, and so in those of the client. */
class OracleTest {
    @Test
    void schedulesEndInTheSameBytesInEveryLanguage() throws IOException {
        JsonNode blocks = VectorsTest.file("oracle.json");
        assertEquals(OracleVectors.BLOCKS, blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            OracleVectors.Block block = OracleVectors.block(i);
            if (!block.digest().equals(blocks.get(i).get("digest").textValue())) {
                fail("block " + i + ", first in seed "
                        + firstDifference(i, blocks.get(i).get("marks").textValue(), block.marks()));
            }
        }
    }

    private static int firstDifference(int block, String wanted, String got) {
        int i = 0;
        while (i < OracleVectors.PER_BLOCK && wanted.regionMatches(4 * i, got, 4 * i, 4)) {
            i++;
        }
        return block * OracleVectors.PER_BLOCK + i;
    }

    @Test
    void casesThatOnceToldSomethingEndInTheSameBytes() throws IOException {
        for (JsonNode kept : VectorsTest.file("oracle-cases.json")) {
            int seed = kept.get("seed").intValue();
            assertEquals(kept.get("resultHex").textValue(), VectorJson.HEX.formatHex(Oracle.run(seed)), "seed " + seed);
        }
    }
}
