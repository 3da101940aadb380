package io.topgun.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** Operations that are wrong in one way each, in frames that are well-formed. */
final class VectorRejected {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private VectorRejected() {}

    /** OPS frames of which the operation 5 is rejected alone; the one behind it, 6, is good. */
    static ArrayNode rejected() {
        ArrayNode rejected = JSON.arrayNode();
        String value = "0100" + "00" + "00"; // kind, ms, counter, writer
        cell(rejected, "not an array", "INVALID_VALUE", "01");
        cell(rejected, "a map", "INVALID_VALUE", "a0");
        cell(rejected, "too short", "INVALID_VALUE", "82616b01");
        cell(rejected, "key empty", "INVALID_KEY", "8660" + value + "01");
        cell(rejected, "key not text", "INVALID_KEY", "8601" + value + "01");
        cell(rejected, "key not UTF-8", "INVALID_KEY", "8661ff" + value + "01");
        cell(rejected, "key in chunks", "INVALID_KEY", "867f616bff" + value + "01");
        cell(rejected, "key of 1025 bytes", "INVALID_KEY", "86790401" + "78".repeat(1_025) + value + "01");
        cell(rejected, "kind 0", "UNKNOWN_KIND", "83616b0001");
        cell(rejected, "kind 5", "UNKNOWN_KIND", "83616b0501");
        cell(rejected, "kind 2^62", "UNKNOWN_KIND", "83616b1b400000000000000001");
        cell(rejected, "value too long", "INVALID_VALUE", "88616b" + value + "010101");
        cell(rejected, "value a half float", "INVALID_VALUE", "86616b" + value + "f93c00");
        cell(rejected, "value a single float", "INVALID_VALUE", "86616b" + value + "fa3f800000");
        cell(rejected, "value a tag", "INVALID_VALUE", "86616b" + value + "c001");
        cell(rejected, "value indefinite", "INVALID_VALUE", "86616b" + value + "9f01bf616101ffff");
        cell(rejected, "value with a key twice", "INVALID_VALUE", "86616b" + value + "a2616101616102");
        cell(rejected, "value not UTF-8", "INVALID_VALUE", "86616b" + value + "63eda080");
        cell(rejected, "value nested 33 deep", "INVALID_VALUE", "86616b" + value + "81".repeat(32) + "80");
        cell(rejected, "expires 0", "INVALID_VALUE", "87616b" + value + "01" + "29");
        cell(rejected, "expires before 1970", "INVALID_VALUE", "87616b" + value + "01" + "2a");
        cell(rejected, "removed, but expires", "INVALID_VALUE", "87616b" + value + "f701");
        cell(rejected, "counter 65536", "INVALID_STAMP", "86616b01001a0001000000" + "01");
        cell(rejected, "counter negative", "INVALID_STAMP", "86616b01002000" + "01");
        cell(rejected, "time before 1970", "INVALID_STAMP", "86616b013a000100000000" + "01");
        cell(rejected, "time past 48 bits", "INVALID_STAMP", "86616b011b00010000000000000000" + "01");
        cell(rejected, "time that overflows", "INVALID_STAMP", "86616b011b7fffffffffffffff0000" + "01");
        cell(rejected, "time a float", "INVALID_STAMP", "86616b01fb3ff80000000000000000" + "01");
        cell(rejected, "writer not in the table", "INVALID_STAMP", "86616b01000009" + "01");
        cell(rejected, "writer with capitals", "INVALID_STAMP", "86616b01000001" + "01");
        cell(rejected, "writer of 33", "INVALID_STAMP", "86616b01000002" + "01");
        cell(rejected, "fields: nothing", "INVALID_VALUE", "83616b02f6");
        cell(rejected, "fields: flags 2", "INVALID_VALUE", "83616b028400000002");
        cell(rejected, "fields: flags 4", "INVALID_VALUE", "83616b028400000004");
        cell(rejected, "fields: absent with fields", "INVALID_VALUE", "83616b028600000000" + "0001");
        cell(rejected, "fields: expires missing", "INVALID_VALUE", "83616b028400000003");
        cell(rejected, "fields: name without a value", "INVALID_VALUE", "83616b028500000001" + "00");
        cell(rejected, "fields: undefined in the base", "INVALID_VALUE", "83616b028600000001" + "00f7");
        cell(rejected, "fields: name twice", "INVALID_VALUE", "83616b028800000001" + "00010001");
        cell(rejected, "fields: names out of order", "INVALID_VALUE", "83616b028800000001" + "01010001");
        cell(rejected, "fields: name not in the table", "INVALID_VALUE", "83616b028600000001" + "0701");
        cell(rejected, "fields: name empty", "INVALID_VALUE", "83616b028600000001" + "0201");
        cell(rejected, "fields: group empty", "INVALID_VALUE", "84616b02f683000000");
        cell(rejected, "fields: group with the base's stamp", "INVALID_VALUE", "84616b028400000001" + "850000000001");
        cell(rejected, "fields: group older than the base", "INVALID_VALUE", "84616b028401000001" + "850000000001");
        cell(rejected, "fields: groups out of order", "INVALID_VALUE", "85616b02f6" + "850100000001" + "850000000101");
        cell(rejected, "fields: name in two groups", "INVALID_VALUE", "85616b02f6" + "850000000001" + "850100000001");
        cell(
                rejected,
                "fields: names out of order in a group",
                "INVALID_VALUE",
                "85616b02f6" + "8700000001010001" + "850100000301");
        cell(
                rejected,
                "fields: names out of order in the base",
                "INVALID_VALUE",
                "84616b028800000001" + "01010001" + "850100000301");
        cell(rejected, "or: no tag", "INVALID_VALUE", "82616b03");
        cell(rejected, "or: tags out of order", "INVALID_VALUE", "84616b03" + "8401000001" + "8400000001");
        cell(rejected, "or: tag twice", "INVALID_VALUE", "84616b03" + "8400000001" + "8400000001");
        cell(rejected, "or: live with a removal", "INVALID_VALUE", "83616b03" + "850000000101");
        cell(rejected, "or: removed without a time", "INVALID_VALUE", "83616b03" + "84000000f7");
        cell(rejected, "or: removed before 1970", "INVALID_STAMP", "83616b03" + "85000000f739ffff");
        lives(rejected, value);
        counters(rejected);
        add(rejected, "map name empty", "INVALID_MAP_NAME", "60", "86616b" + value + "01");
        add(rejected, "map name ../../x", "INVALID_MAP_NAME", "672e2e2f2e2e2f78", "86616b" + value + "01");
        add(rejected, "map name __proto__", "INVALID_MAP_NAME", "695f5f70726f746f5f5f", "86616b" + value + "01");
        add(rejected, "map name of 129 bytes", "INVALID_MAP_NAME", "7881" + "61".repeat(129), "86616b" + value + "01");
        return rejected;
    }

    private static void lives(ArrayNode rejected, String value) {
        cell(rejected, "life of two elements", "INVALID_VALUE", "88616b" + value + "01" + "f601");
        cell(rejected, "life: idle 0", "INVALID_VALUE", "89616b" + value + "01" + "f60000");
        cell(rejected, "life: idle negative", "INVALID_VALUE", "89616b" + value + "01" + "f62000");
        cell(rejected, "life: idle 2^48", "INVALID_VALUE", "89616b" + value + "01" + "f61b000100000000000000");
        cell(rejected, "life: idle null", "INVALID_VALUE", "89616b" + value + "01" + "01f600");
        cell(rejected, "life: touched before 1970", "INVALID_VALUE", "89616b" + value + "01" + "f6012a");
        cell(rejected, "life: touched 2^48", "INVALID_VALUE", "89616b" + value + "01" + "f6011b0000fffffffffff6");
        cell(rejected, "life: expires 0", "INVALID_VALUE", "89616b" + value + "01" + "290100");
        cell(rejected, "life of what is removed", "INVALID_VALUE", "89616b" + value + "f7" + "f60100");
        cell(rejected, "fields: flags 6", "INVALID_VALUE", "83616b0287000000060100" + "00");
        cell(rejected, "fields: flags 8", "INVALID_VALUE", "83616b028400000008");
        cell(rejected, "fields: idle missing", "INVALID_VALUE", "83616b028400000005");
        cell(rejected, "fields: touched missing", "INVALID_VALUE", "83616b02850000000501");
        cell(rejected, "fields: idle 0", "INVALID_VALUE", "83616b0286000000050000");
        cell(rejected, "fields: expires missing before idle", "INVALID_VALUE", "83616b0286000000070100");
        cell(rejected, "fields: touched before 1970", "INVALID_VALUE", "83616b028600000005012a");
    }

    private static void counters(ArrayNode rejected) {
        cell(rejected, "counter: nothing", "INVALID_VALUE", "83616b04f6");
        cell(rejected, "counter: too short", "INVALID_VALUE", "82616b04");
        cell(rejected, "counter: folded not an array", "INVALID_VALUE", "83616b0401");
        cell(rejected, "counter: folded of two elements", "INVALID_VALUE", "83616b04820001");
        cell(rejected, "counter: folded of nothing", "INVALID_VALUE", "83616b0483000000");
        cell(rejected, "counter: folded before 1970", "INVALID_STAMP", "83616b04832a0100");
        cell(rejected, "counter: folded less than nothing", "INVALID_VALUE", "83616b0483000120");
        cell(rejected, "counter: share of four elements", "INVALID_VALUE", "84616b04f68400000001");
        cell(rejected, "counter: share of nothing", "INVALID_VALUE", "84616b04f6850000000000");
        cell(rejected, "counter: plus negative", "INVALID_VALUE", "84616b04f6850000002001");
        cell(rejected, "counter: minus negative", "INVALID_VALUE", "84616b04f6850000000120");
        cell(rejected, "counter: plus 2^53", "INVALID_VALUE", "84616b04f6850000001b002000000000000000");
        cell(rejected, "counter: plus a float", "INVALID_VALUE", "84616b04f685000000fb3ff800000000000000");
        cell(rejected, "counter: writer not in the table", "INVALID_STAMP", "84616b04f6850000090100");
        cell(rejected, "counter: share twice", "INVALID_VALUE", "85616b04f6" + "850000000100" + "850000000200");
        cell(rejected, "counter: shares out of order", "INVALID_VALUE", "85616b04f6" + "850100000100" + "850000000100");
        cell(rejected, "counter: share that is folded", "INVALID_VALUE", "84616b0483010100" + "850100000100");
    }

    private static void cell(ArrayNode rejected, String name, String code, String cell) {
        add(rejected, name, code, "616d", cell);
    }

    private static void add(ArrayNode rejected, String name, String code, String map, String cell) {
        // Writers w, W and one of 33; names a, b, the empty one, c; baseMs 10.
        String tables = "83617761577821" + "77".repeat(33) + "846161616260" + "6163" + "0a";
        String good = "86616b01000000" + "01";
        String block = "87" + tables + map + "81" + cell + "616d81" + good;
        rejected.addObject()
                .put("name", name)
                .put("hex", "840202820502" + block)
                .put("code", code);
    }
}
