package io.topgun.protocol;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.topgun.crdt.Cell;
import io.topgun.crdt.Murmur3;
import io.topgun.crdt.Partitions;
import io.topgun.crdt.Stamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Writes the golden vectors to the directory it is given; run by hand when a case is added. */
final class VectorsWriter {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private VectorsWriter() {}

    public static void main(String[] args) throws IOException {
        for (Map.Entry<String, JsonNode> file : files().entrySet()) {
            Files.writeString(Path.of(args[0], file.getKey()), print(file.getValue()));
        }
    }

    static String print(JsonNode json) throws IOException {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(new DefaultIndenter("  ", "\n"));
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        return new ObjectMapper().writer(printer).writeValueAsString(json) + "\n";
    }

    static Map<String, JsonNode> files() {
        Map<String, JsonNode> files = new LinkedHashMap<>();
        files.put("values.json", VectorValues.values());
        files.put("refused.json", VectorValues.refused());
        files.put("rejected.json", VectorRejected.rejected());
        files.put("hashes.json", hashes());
        files.put("stamps.json", stamps());
        files.put("cells.json", cells());
        files.put("merges.json", merges());
        files.put("pruned.json", pruned());
        files.put("messages.json", messages());
        files.put("awkward.json", Awkward.corpus());
        files.put("mutations.json", new Mutations(messages()).blocks());
        files.put("oracle.json", OracleVectors.blocks());
        files.put("oracle-cases.json", OracleVectors.cases());
        return files;
    }

    private static ArrayNode hashes() {
        ArrayNode hashes = JSON.arrayNode();
        String alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
        for (int length = 0; length <= 33; length++) {
            hashes.add(hash(alphabet.substring(0, length)));
        }
        for (String key : new String[] {
            "I will not buy this record, it is scratched.", "é", "ключ", "𐀀", "😀".repeat(9),
            "__proto__", "../../x", "\u0000", "3038354", "x".repeat(1_024)
        }) {
            hashes.add(hash(key));
        }
        return hashes;
    }

    private static ObjectNode hash(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        ObjectNode json = JSON.objectNode().put("key", key);
        ArrayNode words = json.putArray("words");
        for (int word : Murmur3.words(utf8, 0, utf8.length)) {
            words.add(Integer.toUnsignedLong(word));
        }
        return json.put("partition", Partitions.of(key));
    }

    /** Lists in ascending order. */
    private static ArrayNode stamps() {
        ArrayNode lists = JSON.arrayNode();
        Stamp[][] ordered = {
            {Stamp.of(1, 65_535, "b"), Stamp.of(2, 0, "a"), Stamp.of(Stamp.MS_MAX, 0, "a")},
            {Stamp.of(5, 1, "z"), Stamp.of(5, 2, "a"), Stamp.of(5, 10, "a"), Stamp.of(5, 65_535, "0")},
            {
                Stamp.of(5, 1, "0"),
                Stamp.of(5, 1, "10"),
                Stamp.of(5, 1, "9"),
                Stamp.of(5, 1, "a"),
                Stamp.of(5, 1, "a0"),
                Stamp.of(5, 1, "aa"),
                Stamp.of(5, 1, "b"),
                Stamp.of(5, 1, "z".repeat(32))
            },
            {
                Stamp.of(0, 0, "a"),
                Stamp.of((1L << 47) - 1, 65_535, "a"),
                Stamp.of(1L << 47, 0, "a"),
                Stamp.of(Stamp.MS_MAX, 65_535, "a")
            },
        };
        for (Stamp[] list : ordered) {
            ArrayNode json = lists.addArray();
            for (Stamp stamp : list) {
                json.add(VectorJson.stamp(stamp));
            }
        }
        return lists;
    }

    private static ArrayNode cells() {
        ArrayNode cells = JSON.arrayNode();
        CellCodec codec = new CellCodec();
        int[] index = {0};
        String[] keys = {"k", "__proto__", "ключ 🔑", "../../x", "x".repeat(300)};
        Map<String, Cell> all = new LinkedHashMap<>(VectorCells.cells());
        all.putAll(VectorLives.cells());
        all.putAll(VectorCounters.cells());
        all.forEach((name, cell) -> {
            String key = keys[index[0]++ % keys.length];
            ObjectNode json = cells.addObject().put("name", name).put("key", key);
            json.set("cell", VectorJson.cell(cell));
            json.put("canonicalHex", VectorJson.HEX.formatHex(codec.canonical(key, cell)));
            json.put("digestHex", VectorJson.HEX.toHexDigits(codec.hash(key, cell)));
        });
        return cells;
    }

    private static ArrayNode merges() {
        ArrayNode merges = JSON.arrayNode();
        Map<String, Cell[]> all = new LinkedHashMap<>(VectorCells.pairs());
        all.putAll(VectorLives.pairs());
        all.putAll(VectorCounters.pairs());
        all.forEach((name, pair) -> {
            ObjectNode json = merges.addObject().put("name", name);
            Cell merged = pair[0].merge(pair[1]);
            json.set("a", VectorJson.cell(pair[0]));
            json.set("b", VectorJson.cell(pair[1]));
            json.set("merged", VectorJson.cell(merged));
        });
        return merges;
    }

    private static ArrayNode pruned() {
        ArrayNode pruned = JSON.arrayNode();
        for (VectorPrunes.Prune prune : VectorPrunes.prunes()) {
            ObjectNode json = pruned.addObject().put("name", prune.name()).put("frontierMs", prune.frontierMs());
            json.set("cell", VectorJson.cell(prune.cell()));
            Optional<Cell> rest = prune.cell().pruned(prune.frontierMs());
            json.set("pruned", rest.<JsonNode>map(VectorJson::cell).orElse(JSON.nullNode()));
        }
        return pruned;
    }

    private static ArrayNode messages() {
        ArrayNode messages = JSON.arrayNode();
        VectorMessages.messages().forEach((name, message) -> {
            ObjectNode json = messages.addObject().put("name", name);
            json.set("message", MessageJson.of(message));
            json.put("hex", VectorJson.HEX.formatHex(MessageCodec.encode(message)));
        });
        return messages;
    }
}
