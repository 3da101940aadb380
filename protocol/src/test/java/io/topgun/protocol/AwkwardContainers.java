package io.topgun.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.topgun.crdt.TextOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Arrays and maps: nested around the limit, with names that JavaScript knows, with keys twice or out of order, and cut anywhere. */
final class AwkwardContainers {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEPTH_MAX = 32;
    private static final List<String> NAMES = List.of(
            "__proto__",
            "constructor",
            "prototype",
            "toString",
            "valueOf",
            "hasOwnProperty",
            "toJSON",
            "then",
            "length",
            "__defineGetter__",
            "$int",
            "$float",
            "$bytes",
            "0",
            "1",
            "-0",
            "4294967295",
            "null",
            "undefined",
            "",
            " ",
            "\u0000");

    private final Awkward awkward;

    AwkwardContainers(Awkward awkward) {
        this.awkward = awkward;
    }

    void containers() {
        names();
        nesting();
        cuts();
        for (String key :
                List.of("00", "20", "40", "4161", "80", "a0", "f4", "f6", "f7", "fb3ff8000000000000", "c06161")) {
            awkward.refused("map with the key " + key, "a1" + key + "00");
        }
        awkward.refused("undefined in an array", "81f7");
        awkward.refused("undefined in a map", "a16161f7");
        for (int length : new int[] {1, 23, 24, 255, 256, 65_535}) {
            String head = Awkward.head(4, length, Awkward.width(length));
            awkward.repeated("array of " + length, head, "00", length, "", true);
            awkward.repeated("array of " + length + ", one short", head, "00", length - 1, "", false);
            awkward.repeated("array of " + length + ", one over", head, "00", length + 1, "", false);
        }
    }

    private static String text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return Awkward.head(3, utf8.length, Awkward.width(utf8.length)) + VectorJson.HEX.formatHex(utf8);
    }

    /** What is tagged in the vectors' JSON could not be told there from its tag. */
    private void names() {
        for (String name : NAMES) {
            String pair = text(name) + "01";
            if (!name.startsWith("$")) {
                awkward.accepted(
                        "map with " + name, "a1" + pair, JSON.objectNode().put(name, 1));
            }
            awkward.refused("map with " + name + " twice", "a2" + pair + pair);
            awkward.refused("map with " + name + " twice in an array", "81a2" + pair + pair);
        }
        for (int i = 0; i < NAMES.size(); i++) {
            String a = NAMES.get(i);
            String b = NAMES.get((i + 5) % NAMES.size());
            boolean inOrder = TextOrder.compare(a, b) < 0;
            if (!a.startsWith("$") && !b.startsWith("$")) {
                ObjectNode json = JSON.objectNode().put(a, 1).put(b, 2);
                awkward.check("map with " + a + " before " + b, "a2" + text(a) + "01" + text(b) + "02", inOrder, json);
            }
        }
    }

    private void nesting() {
        for (int depth : new int[] {1, 2, DEPTH_MAX - 1, DEPTH_MAX, DEPTH_MAX + 1, DEPTH_MAX + 2, 64, 255, 256, 257}) {
            boolean isValue = depth <= DEPTH_MAX;
            awkward.repeated("arrays " + depth + " deep", "", "81", depth - 1, "80", isValue);
            awkward.repeated("maps " + depth + " deep", "", "a16161", depth - 1, "a0", isValue);
            awkward.repeated("arrays " + depth + " deep with a text", "", "81", depth, "6161", isValue);
            awkward.repeated("arrays " + depth + " deep beside another item", "", "8200", depth - 1, "80", isValue);
            awkward.repeated("arrays " + depth + " deep, open", "", "81", depth, "", false);
        }
        awkward.repeated("arrays 100,000 deep", "", "81", 100_000, "80", false);
        awkward.repeated("maps 80,000 deep", "", "a16161", 80_000, "a0", false);
    }

    /** One value of every type, cut at each byte, and with something behind it. */
    private void cuts() {
        String value = "a5" + text("a") + "1903e8" + text("b") + "8363e6b0b44101f6" + text("cc") + "fb3ff8000000000000"
                + text("dd") + "a1" + text("__proto__") + "f5" + text("ee") + "3b001fffffffffffff";
        JsonNode json = JSON.objectNode()
                .put("a", 1_000)
                .<ObjectNode>set(
                        "b",
                        JSON.arrayNode()
                                .add("水")
                                .add(VectorJson.tagged("$bytes", "01"))
                                .addNull())
                .put("cc", 1.5)
                .<ObjectNode>set("dd", JSON.objectNode().put("__proto__", true))
                .set("ee", VectorJson.tagged("$int", "-9007199254740992"));
        awkward.accepted("a bit of everything", value, json);
        for (int cut = 0; cut < value.length(); cut += 2) {
            awkward.refused("a bit of everything, cut to " + cut / 2, value.substring(0, cut));
        }
        for (String behind : List.of("00", "f6", "ff", "f7", "80", "60")) {
            awkward.refused("a bit of everything, and " + behind, value + behind);
        }
    }
}
