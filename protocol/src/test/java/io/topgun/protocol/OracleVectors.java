package io.topgun.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.topgun.crdt.Murmur3;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the schedules of the {@link Oracle} end in: one digest per hundred of them, and some that once told something in full. */
final class OracleVectors {
    static final int BLOCKS = 100;
    static final int PER_BLOCK = 100;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private OracleVectors() {}

    /** Of a block its digest, and of each schedule in it the first two bytes of its own, to find the one that differs. */
    record Block(String digest, String marks) {}

    static Block block(int block) {
        CborWriter digests = new CborWriter();
        StringBuilder marks = new StringBuilder();
        for (int i = 0; i < PER_BLOCK; i++) {
            byte[] result = Oracle.run(block * PER_BLOCK + i);
            long digest = Murmur3.hash(result, 0, result.length);
            digests.rawLong(digest);
            marks.append(HexFormat.of().toHexDigits(digest), 0, 4);
        }
        return new Block(
                HexFormat.of().toHexDigits(Murmur3.hash(digests.buffer(), 0, digests.size())), marks.toString());
    }

    static ArrayNode blocks() {
        ArrayNode json = JSON.arrayNode();
        for (int i = 0; i < BLOCKS; i++) {
            Block block = block(i);
            json.addObject().put("digest", block.digest()).put("marks", block.marks());
        }
        return json;
    }

    /** Seeds of schedules in which the languages differed, or a planted fault showed first, and why. */
    private static Map<Integer, String> seeds() {
        Map<Integer, String> seeds = new LinkedHashMap<>();
        seeds.put(0, "a value");
        seeds.put(1, "names of one length, which go by code point and not by UTF-16 unit");
        seeds.put(2, "a tag that was removed after the frontier");
        seeds.put(3, "a counter");
        seeds.put(15, "a share that ends at the frontier");
        seeds.put(89, "an absent base and a present one of one stamp");
        seeds.put(121, "a field stamped at the frontier");
        seeds.put(835, "folded parts of one time that differ in what was taken");
        seeds.put(1568, "a value removed at the frontier");
        seeds.put(6425, "lives of one stamp that differ in how long they may idle");
        return seeds;
    }

    static ArrayNode cases() {
        ArrayNode json = JSON.arrayNode();
        seeds().forEach((seed, why) -> json.addObject()
                .put("seed", seed)
                .put("why", why)
                .put("resultHex", VectorJson.HEX.formatHex(Oracle.run(seed))));
        return json;
    }
}
