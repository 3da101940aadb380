package io.topgun.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The values of the golden vectors, and the bytes that are none. */
final class VectorValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private VectorValues() {}

    static ArrayNode values() {
        ArrayNode values = JSON.arrayNode();
        integers(values);
        floats(values);
        texts(values);
        containers(values);
        return values;
    }

    private static void add(ArrayNode values, String name, JsonNode json) {
        values.addObject()
                .put("name", name)
                .<ObjectNode>set("json", json)
                .put("hex", VectorJson.HEX.formatHex(VectorJson.encode(json)));
    }

    private static void integers(ArrayNode values) {
        long safe = CborReader.NATURAL_MAX;
        for (long n : new long[] {
            0,
            1,
            23,
            24,
            255,
            256,
            65_535,
            65_536,
            4_294_967_295L,
            4_294_967_296L,
            safe - 1,
            safe,
            -1,
            -24,
            -25,
            -256,
            -257,
            -65_536,
            -65_537,
            -4_294_967_296L,
            -4_294_967_297L,
            -safe
        }) {
            add(values, "integer " + n, JSON.numberNode(n));
        }
        for (long n : new long[] {safe + 1, safe + 2, -safe - 1, -safe - 2, Long.MAX_VALUE, Long.MIN_VALUE}) {
            add(values, "integer " + n, VectorJson.tagged("$int", Long.toString(n)));
        }
    }

    private static void floats(ArrayNode values) {
        for (double d : new double[] {
            0.5,
            -0.5,
            1.1,
            48.85341,
            1e-7,
            123_456_789.125,
            Math.PI,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MIN_NORMAL,
            Math.nextDown(Double.MIN_NORMAL),
            4_503_599_627_370_495.5
        }) {
            add(values, "float " + d, JSON.numberNode(d));
        }
        for (double d : new double[] {0x1p53, -0x1p53, 0x1p53 + 2, 0x1p63, 1e21, 1e300, -1e300, Double.MAX_VALUE}) {
            add(values, "whole float " + d, VectorJson.tagged("$float", VectorJson.floatText(d)));
        }
        oneWay(values, "-0 is the integer 0", "-0");
        oneWay(values, "a whole float is an integer", "1");
        oneWay(values, "a whole float is an integer up to 2^53-1", "9007199254740991");
    }

    /** Values whose JSON is not what decoding gives back. */
    private static void oneWay(ArrayNode values, String name, String number) {
        add(values, name, VectorJson.tagged("$float", number));
        ((ObjectNode) values.get(values.size() - 1)).put("oneWay", true);
    }

    private static void texts(ArrayNode values) {
        add(values, "text, empty", JSON.textNode(""));
        add(values, "text", JSON.textNode("IETF"));
        add(values, "text with controls", JSON.textNode("\u0000\n\"\\\u007f"));
        add(values, "text of two bytes each", JSON.textNode("üÿ߿"));
        add(values, "text of three bytes each", JSON.textNode("水ࠀ\ud7ff\ue000\uffff"));
        add(values, "text of four bytes each", JSON.textNode("𐀀😀\udbff\udfff"));
        add(values, "text not normalized", JSON.textNode("e\u0301 é"));
        for (int length : new int[] {23, 24, 255, 256, 65_536}) {
            add(values, "text of " + length + " bytes", JSON.textNode("x".repeat(length)));
        }
        add(values, "bytes, none", VectorJson.tagged("$bytes", ""));
        add(values, "bytes", VectorJson.tagged("$bytes", "00ff80"));
        add(values, "bytes, 300", VectorJson.tagged("$bytes", "a5".repeat(300)));
    }

    private static void containers(ArrayNode values) {
        add(values, "null", JSON.nullNode());
        add(values, "true", JSON.booleanNode(true));
        add(values, "false", JSON.booleanNode(false));
        add(values, "array, empty", JSON.arrayNode());
        add(
                values,
                "array",
                JSON.arrayNode()
                        .add(1)
                        .add("a")
                        .add(false)
                        .addNull()
                        .add(JSON.arrayNode().add(2)));
        ArrayNode long30 = JSON.arrayNode();
        for (int i = 0; i < 30; i++) {
            long30.add(i);
        }
        add(values, "array of 30", long30);
        add(values, "map, empty", JSON.objectNode());
        add(
                values,
                "map in text order",
                JSON.objectNode()
                        .put("bb", 1)
                        .put("a", 2)
                        .put("", 3)
                        .put("b", 4)
                        .put("aa", 5)
                        .put("ccc", 6));
        add(
                values,
                "map in text order, not in UTF-16 order",
                JSON.objectNode()
                        .put("\ue000\ue000\ue000\ue000", 1)
                        .put("𐀀𐀀𐀀", 2)
                        .put("zz", 3)
                        .put("é", 4));
        add(
                values,
                "map with names of JavaScript",
                JSON.objectNode()
                        .put("__proto__", 1)
                        .put("constructor", 2)
                        .put("toString", 3)
                        .put("1", 4)
                        .put("0", 5));
        add(values, "nested 32 deep, arrays", nestedArrays(32));
        add(values, "nested 32 deep, maps", nestedMaps(32));
    }

    private static JsonNode nestedArrays(int depth) {
        return depth == 1 ? JSON.arrayNode() : JSON.arrayNode().add(nestedArrays(depth - 1));
    }

    private static JsonNode nestedMaps(int depth) {
        return depth == 1 ? JSON.objectNode() : JSON.objectNode().set("a", nestedMaps(depth - 1));
    }

    static ArrayNode refused() {
        ArrayNode refused = JSON.arrayNode();
        value(refused, "nothing", "");
        value(refused, "integer 1 in two bytes", "1801");
        value(refused, "integer 255 in three bytes", "1900ff");
        value(refused, "integer 65535 in five bytes", "1a0000ffff");
        value(refused, "integer 4294967295 in nine bytes", "1b00000000ffffffff");
        value(refused, "negative integer not in the shortest form", "3800");
        value(refused, "integer 2^63", "1b8000000000000000");
        value(refused, "integer -2^63-1", "3b8000000000000000");
        value(refused, "length not in the shortest form", "780161");
        value(refused, "half float", "f93e00");
        value(refused, "single float", "fa3fc00000");
        value(refused, "double 1.0", "fb3ff0000000000000");
        value(refused, "double 0.0", "fb0000000000000000");
        value(refused, "double -0.0", "fb8000000000000000");
        value(refused, "double 2^53-1", "fb433fffffffffffff");
        value(refused, "NaN", "fb7ff8000000000000");
        value(refused, "Infinity", "fb7ff0000000000000");
        value(refused, "-Infinity", "fbfff0000000000000");
        value(refused, "undefined", "f7");
        value(refused, "undefined in an array", "81f7");
        value(refused, "simple value 16", "f0");
        value(refused, "simple value 32", "f820");
        value(refused, "simple value false in two bytes", "f814");
        value(refused, "reserved bits", "1c");
        value(refused, "reserved bits of major type 7", "fc");
        value(refused, "tag", "c001");
        value(refused, "bignum", "c249010000000000000000");
        value(refused, "indefinite text", "7f6161ff");
        value(refused, "indefinite bytes", "5f4101ff");
        value(refused, "indefinite array", "9f01ff");
        value(refused, "indefinite map", "bf616101ff");
        value(refused, "break", "ff");
        value(refused, "truncated integer", "1901");
        value(refused, "truncated double", "fb3ff00000");
        value(refused, "truncated text", "6261");
        value(refused, "truncated bytes", "4201");
        value(refused, "truncated array", "8201");
        value(refused, "truncated map", "a16161");
        value(refused, "array longer than any memory", "9b7fffffffffffffff");
        value(refused, "array of 2^32-1", "9affffffff");
        value(refused, "text longer than any memory", "7b7fffffffffffffff");
        value(refused, "map of 2^63", "bb8000000000000000");
        value(refused, "more behind the value", "0101");
        value(refused, "map key not text", "a10101");
        value(refused, "map key twice", "a2616101616102");
        value(refused, "map keys out of order by length", "a262616101616202");
        value(refused, "map keys out of order by bytes", "a2616201616102");
        value(refused, "UTF-8: lone surrogate", "63eda080");
        value(refused, "UTF-8: surrogate pair in two sequences", "66eda080edb080");
        value(refused, "UTF-8: overlong slash", "62c0af");
        value(refused, "UTF-8: overlong in three bytes", "63e08080");
        value(refused, "UTF-8: overlong in four bytes", "64f0808080");
        value(refused, "UTF-8: above U+10FFFF", "64f4908080");
        value(refused, "UTF-8: lead byte F5", "64f5808080");
        value(refused, "UTF-8: continuation alone", "6180");
        value(refused, "UTF-8: truncated sequence", "62e28c");
        value(refused, "UTF-8: bad byte behind eight of ASCII", "696161616161616161ff");
        value(refused, "UTF-8: bad map key", "a161ff01");
        value(refused, "nested 33 deep, arrays", "81".repeat(32) + "80");
        value(refused, "nested 33 deep, maps", "a16161".repeat(32) + "a0");
        value(refused, "nested 5000 deep", "81".repeat(5_000) + "80");
        frames(refused);
        return refused;
    }

    private static void value(ArrayNode refused, String name, String hex) {
        refused.addObject().put("name", name).put("hex", hex).put("as", "value").put("code", "INVALID_VALUE");
    }

    private static void frames(ArrayNode refused) {
        frame(refused, "nothing", "");
        frame(refused, "not an array", "01");
        frame(refused, "message without a type", "80");
        frame(refused, "type that is text", "8161");
        frame(refused, "PING without an id", "8106");
        frame(refused, "PING with a negative id", "820620");
        frame(refused, "PING with an id of 2^53", "82061b0020000000000000");
        frame(refused, "PING with text as id", "82066161");
        frame(refused, "PING in an indefinite array", "9f0601ff");
        frame(refused, "PING and then half of another", "8206018206");
        frame(refused, "element ignored, but truncated", "8306016261");
        frame(refused, "unknown type, truncated inside", "82186362");
        frame(refused, "unknown type, nested 5000 deep", "821863" + "81".repeat(5_000) + "00");
        frame(refused, "unknown type, array of 2^32-1", "8218639affffffff");
        frame(refused, "STORE with an id of 7 bytes", "841100470000000000000001");
        frame(refused, "ACK with level 0", "85120080801b0000018bcfe56800");
        frame(refused, "ACK with half a run", "851202810180" + "00");
        frame(refused, "ACK with a run of none", "85120282010080" + "00");
        frame(refused, "ACK with a run past 2^53-1", "851202821b001fffffffffffff0280" + "00");
        frame(refused, "DELTA of partition 271", "851519010f00008380" + "8000");
        frame(refused, "DELTA with a block of two elements", "851500000082" + "8080");
        frame(refused, "DELTA with a map but no cells", "851500000084" + "8080006161");
        frame(refused, "DELTA with an invalid map name", "851500000085" + "8161778000612f8186616b0100000001");
        frame(refused, "DELTA with a cell of no known kind", "85150000008581617780006161" + "81" + "83616b0701");
        frame(
                refused,
                "DELTA with a writer that is not in the table",
                "85150000008581617780006161" + "81" + "86616b0100000101");
        frame(refused, "DELTA with a value that is a tag", "85150000008581617780006161" + "81" + "86616b01000000c001");
        frame(refused, "DIGEST with 15 bytes at depth 0", "8816016161000000004f" + "00".repeat(15));
        frame(refused, "DELTA with an invalid map name and no cells", "851500000085" + "8080006120" + "80");
        frame(refused, "PING with a type of 2^53", "821b002000000000000000");
        frame(refused, "ACK of a time of 2^48", "85120180801b0001000000000000");
        frame(refused, "WELCOME with a limit of 0", "88100100616e01010" + "1a16161" + "00");
        frame(refused, "WELCOME with limits out of order", "88100100616e010101a26162016161" + "01");
        frame(refused, "DIGEST with no byte", "88160161610000000040");
        frame(refused, "DIGEST with 9 bytes at depth 0", "88160161610000000049" + "00".repeat(9));
        frame(refused, "DIGEST with 31 bytes at depth 1", "8816016161000000015" + "81f" + "00".repeat(31));
        frame(refused, "DIGEST with a frontier of 2^48", "89160161610000000041001b0001000000000000");
        frame(refused, "FETCH with a width of 0", "870501616100008000");
        frame(refused, "FETCH with a width of 9", "870501616100008009");
        frame(refused, "FETCH with a width that is null", "8705016161000080f6");
        frame(refused, "PICK with a width of 0", "87080161610000" + "00" + "80");
        frame(refused, "PICK with a bucket but no prefixes", "87080161610000" + "02" + "8100");
        frame(refused, "KEYS with half a prefix", "871a0161610000" + "02" + "8200" + "43010101");
        frame(refused, "KEYS out of order", "871a0161610000" + "01" + "8200" + "420201");
        frame(refused, "KEYS with prefixes that are text", "871a0161610000" + "01" + "8200" + "6161");
        frame(refused, "KEYS of a bucket that the depth does not have", "871a0161610000" + "01" + "8201" + "4101");
        frame(refused, "CELLS without a block", "871b0161610000" + "01" + "8200" + "4101");
        frame(refused, "FRONTIER before 1970", "85190000" + "00" + "20");
        frame(refused, "SNAPSHOT with a frontier that is null", "881301000000f4" + "838080" + "00" + "f6");
        frame(refused, "DIGEST of depth 5", "8816016161000000054800000000" + "00000000");
        frame(refused, "BUCKETS with a bucket that the depth does not have", "8717016161000081018380" + "8000");
    }

    private static void frame(ArrayNode refused, String name, String hex) {
        refused.addObject()
                .put("name", "frame: " + name)
                .put("hex", hex)
                .put("as", "frame")
                .put("code", "MALFORMED");
    }
}
