package io.topgun.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.topgun.protocol.Position;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** A small store that some version has written, as text, and what that version showed of it. */
record StoreFixture(String about, StoreRows rows, StoreContent content) {
    private static final HexFormat HEX = HexFormat.of();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    static StoreFixture load(String name) throws IOException {
        try (InputStream in = StoreFixture.class.getResourceAsStream("stores/" + name)) {
            return of(new ObjectMapper().readTree(Objects.requireNonNull(in, name)));
        }
    }

    private static StoreFixture of(JsonNode json) {
        Map<String, List<StoreRows.Row>> families = new LinkedHashMap<>();
        json.get("rows").properties().forEach(family -> {
            List<StoreRows.Row> rows = new ArrayList<>();
            family.getValue()
                    .properties()
                    .forEach(row -> rows.add(new StoreRows.Row(
                            HEX.parseHex(row.getKey()),
                            HEX.parseHex(row.getValue().textValue()))));
            families.put(family.getKey(), rows);
        });
        SortedMap<Integer, Position> positions = new TreeMap<>();
        json.get("positions").properties().forEach(position -> {
            JsonNode at = position.getValue();
            positions.put(
                    Integer.valueOf(position.getKey()),
                    new Position(
                            HexFormat.fromHexDigitsToLong(at.get(0).textValue()),
                            at.get(1).longValue(),
                            at.get(2).longValue()));
        });
        SortedMap<String, SortedMap<Integer, String>> digests = new TreeMap<>();
        texts(json.get("digests")).forEach((map, byPartition) -> {
            SortedMap<Integer, String> parsed = new TreeMap<>();
            byPartition.forEach((partition, digest) -> parsed.put(Integer.valueOf(partition), digest));
            digests.put(map, parsed);
        });
        return new StoreFixture(
                json.get("about").textValue(),
                new StoreRows(families),
                new StoreContent(positions, texts(json.get("cells")), digests));
    }

    private static SortedMap<String, SortedMap<String, String>> texts(JsonNode json) {
        SortedMap<String, SortedMap<String, String>> texts = new TreeMap<>();
        json.properties().forEach(outer -> {
            SortedMap<String, String> inner = new TreeMap<>();
            outer.getValue()
                    .properties()
                    .forEach(text -> inner.put(text.getKey(), text.getValue().textValue()));
            texts.put(outer.getKey(), inner);
        });
        return texts;
    }

    String toJson() throws JsonProcessingException {
        ObjectNode json = JSON.objectNode().put("about", about);
        ObjectNode rows = json.putObject("rows");
        this.rows.families().forEach((family, all) -> {
            ObjectNode byKey = rows.putObject(family);
            all.forEach(row -> byKey.put(HEX.formatHex(row.key()), HEX.formatHex(row.value())));
        });
        ObjectNode positions = json.putObject("positions");
        content.positions().forEach((partition, position) -> {
            ArrayNode at = positions.putArray(partition.toString());
            at.add(HEX.toHexDigits(position.storeId()))
                    .add(position.incarnation())
                    .add(position.seq());
        });
        ObjectNode cells = json.putObject("cells");
        content.cells().forEach((map, byKey) -> {
            ObjectNode one = cells.putObject(map);
            byKey.forEach(one::put);
        });
        ObjectNode digests = json.putObject("digests");
        content.digests().forEach((map, byPartition) -> {
            ObjectNode one = digests.putObject(map);
            byPartition.forEach((partition, digest) -> one.put(partition.toString(), digest));
        });
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        return new ObjectMapper().writer(printer).writeValueAsString(json) + "\n";
    }
}
