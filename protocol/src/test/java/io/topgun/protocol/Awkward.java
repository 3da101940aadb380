package io.topgun.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The corpus of awkward values: bytes, and whether they are a value, which one, or what an operation with them is refused with. Each
 * family says by a rule of its own what must come out; the codecs of both languages are held to it.
 */
final class Awkward {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String[] MAJORS = {"integer", "negative integer", "bytes", "text", "array", "map", "tag"};

    private final ArrayNode corpus = JSON.arrayNode();

    private Awkward() {}

    static ArrayNode corpus() {
        Awkward awkward = new Awkward();
        awkward.integers();
        awkward.heads();
        awkward.simples();
        new AwkwardFloats(awkward).floats();
        new AwkwardTexts(awkward).texts();
        new AwkwardContainers(awkward).containers();
        return awkward.corpus;
    }

    void accepted(String name, String hex, JsonNode json) {
        corpus.addObject().put("name", name).put("hex", hex).set("json", json);
    }

    void refused(String name, String hex) {
        corpus.addObject().put("name", name).put("hex", hex).put("code", "INVALID_VALUE");
    }

    void check(String name, String hex, boolean isValue, JsonNode json) {
        if (isValue) {
            accepted(name, hex, json);
        } else {
            refused(name, hex);
        }
    }

    /** A value too large to be stored: a head, an item so many times, and an end. */
    void repeated(String name, String head, String item, int times, String end, boolean isValue) {
        ObjectNode json = corpus.addObject().put("name", name).put("hex", head);
        json.put("repeat", item).put("times", times).put("end", end);
        if (!isValue) {
            json.put("code", "INVALID_VALUE");
        }
    }

    static String hex(long value, int bytes) {
        return bytes == 0 ? "" : String.format("%016x", value).substring(16 - 2 * bytes);
    }

    /** A head with its argument in 0, 1, 2, 4 or 8 bytes. */
    static String head(int major, long argument, int bytes) {
        int info = bytes == 0 ? (int) argument : 24 + Integer.numberOfTrailingZeros(bytes);
        return hex(major << 5 | info, 1) + hex(argument, bytes);
    }

    /** Bytes that an argument takes in the shortest form. */
    static int width(long argument) {
        boolean huge = argument < 0 || argument > 0xffff_ffffL;
        return huge ? 8 : argument < 24 ? 0 : argument <= 0xff ? 1 : argument <= 0xffff ? 2 : 4;
    }

    private static final List<Long> BORDERS = List.of(
            0L,
            1L,
            22L,
            23L,
            24L,
            25L,
            127L,
            128L,
            254L,
            255L,
            256L,
            257L,
            32_767L,
            32_768L,
            65_534L,
            65_535L,
            65_536L,
            65_537L,
            (1L << 31) - 1,
            1L << 31,
            (1L << 32) - 2,
            (1L << 32) - 1,
            1L << 32,
            (1L << 32) + 1,
            (1L << 48) - 1,
            1L << 48,
            (1L << 53) - 3,
            (1L << 53) - 2,
            (1L << 53) - 1,
            1L << 53,
            (1L << 53) + 1,
            (1L << 53) + 2,
            (1L << 62) - 1,
            1L << 62,
            Long.MAX_VALUE - 1,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            -2L,
            -1L);

    /** Each border as argument of both majors in every width that holds it; the negative ones stand for 2^63 and more. */
    private void integers() {
        for (long argument : BORDERS) {
            for (int bytes : new int[] {0, 1, 2, 4, 8}) {
                if (bytes < width(argument)) {
                    continue;
                }
                String unsigned = Long.toUnsignedString(argument);
                boolean isValue = argument >= 0 && (bytes == width(argument));
                boolean fits = bytes > 0 || argument < 24;
                if (fits) {
                    check(unsigned + " in " + bytes + " bytes", head(0, argument, bytes), isValue, json(argument));
                    check(
                            "-1-" + unsigned + " in " + bytes + " bytes",
                            head(1, argument, bytes),
                            isValue,
                            json(~argument));
                }
            }
        }
    }

    static JsonNode json(long integer) {
        boolean safe = Math.abs(integer) <= CborReader.NATURAL_MAX && integer != Long.MIN_VALUE;
        return safe ? JSON.numberNode(integer) : VectorJson.tagged("$int", Long.toString(integer));
    }

    /** Reserved bits, indefinite lengths, lengths longer than the input, tags, and heads that are cut. */
    private void heads() {
        for (int major = 0; major < MAJORS.length; major++) {
            for (int info = 28; info < 32; info++) {
                refused(MAJORS[major] + " with info " + info, hex(major << 5 | info, 1));
                refused(
                        MAJORS[major] + " with info " + info + ", items and a break",
                        hex(major << 5 | info, 1) + "0000ff");
            }
            for (int bytes : new int[] {1, 2, 4, 8}) {
                String head = head(major, -1L >>> (64 - 8 * bytes), bytes);
                for (int cut = 2; cut < head.length(); cut += 2) {
                    refused(
                            MAJORS[major] + " head cut to " + cut / 2 + " of " + head.length() / 2,
                            head.substring(0, cut));
                }
                if (major > 1) {
                    refused(MAJORS[major] + " with the greatest argument of " + bytes, head);
                    refused(MAJORS[major] + " of 1 in " + bytes + " bytes", head(major, 1, bytes) + "6100");
                }
            }
        }
        for (int tag = 0; tag < 24; tag++) {
            refused("tag " + tag, head(6, tag, 0) + "00");
        }
        for (String chunks : List.of("ff", "6161ff", "4161ff", "61616162ff", "7f6161ffff", "80ff", "6161", "61")) {
            refused("text in chunks " + chunks, "7f" + chunks);
            refused("bytes in chunks " + chunks, "5f" + chunks);
            refused("array of unknown length " + chunks, "9f" + chunks);
            refused("map of unknown length " + chunks, "bf" + chunks);
        }
    }

    private void simples() {
        for (int code = 0xe0; code < 0x100; code++) {
            if (code < 0xf8) {
                JsonNode json = code == 0xf6 ? JSON.nullNode() : JSON.booleanNode(code == 0xf5);
                check("simple " + (code - 0xe0), hex(code, 1), code >= 0xf4 && code <= 0xf6, json);
            }
            refused("simple " + code + " in two bytes", "f8" + hex(code, 1));
            refused("simple " + (code - 0xe0) + " in two bytes", "f8" + hex(code - 0xe0, 1));
        }
    }
}
