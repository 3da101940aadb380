package io.topgun.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads messages from the JSON of the golden vectors: the elements of one message by name. */
record MessageJsonReader(JsonNode json) {
    static Message read(JsonNode json) {
        MessageJsonReader in = new MessageJsonReader(json);
        return switch (in.text("type")) {
            case "HELLO" ->
                new Message.Hello(
                        in.number("minVersion"),
                        in.number("maxVersion"),
                        in.text("writer"),
                        Optional.ofNullable(json.get("token").textValue()),
                        in.big("clockMs"),
                        in.text("agent"));
            case "OPS" -> new Message.Ops(in.level("level"), in.ops(), List.of());
            case "SUBSCRIBE" -> new Message.Subscribe(in.big("subId"), in.texts("maps"), in.positions());
            case "UNSUBSCRIBE" -> new Message.Unsubscribe(in.big("subId"));
            case "FETCH" ->
                new Message.Fetch(
                        in.big("subId"),
                        in.text("map"),
                        in.number("partition"),
                        in.number("depth"),
                        in.buckets(),
                        in.width());
            case "PING" -> new Message.Ping(in.big("id"));
            case "PONG" -> new Message.Pong(in.big("id"), in.big("clockMs"));
            case "WELCOME" ->
                new Message.Welcome(
                        in.number("version"),
                        in.big("serverMs"),
                        in.text("nodeId"),
                        in.number("partitions"),
                        in.level("defaultLevel"),
                        in.level("highestLevel"),
                        in.limits());
            case "STORE" -> new Message.Store(in.number("ref"), in.storeId(json.get("storeId")), in.big("incarnation"));
            case "ACK" -> new Message.Ack(in.level("level"), in.runs(), in.rejections(), in.big("serverMs"));
            case "SNAPSHOT" ->
                new Message.Snapshot(
                        in.big("subId"),
                        in.number("partition"),
                        in.number("ref"),
                        in.big("seq"),
                        json.get("more").booleanValue(),
                        in.block(),
                        in.frontier());
            case "SYNCED" -> new Message.Synced(in.big("subId"));
            case "DELTA" -> new Message.Delta(in.number("partition"), in.number("ref"), in.big("seq"), in.block());
            case "DIGEST" ->
                new Message.Digest(
                        in.big("subId"),
                        in.text("map"),
                        in.number("partition"),
                        in.number("ref"),
                        in.big("seq"),
                        in.number("depth"),
                        in.digestWidth(),
                        in.digests(json.get("digests"), in.digestWidth()),
                        in.frontier());
            case "FRONTIER" ->
                new Message.Frontier(in.number("partition"), in.number("ref"), in.big("seq"), in.big("frontierMs"));
            case "PICK" ->
                new Message.Pick(
                        in.big("subId"),
                        in.text("map"),
                        in.number("partition"),
                        in.number("depth"),
                        in.number("width"),
                        in.prefixes());
            case "KEYS" ->
                new Message.Keys(
                        in.big("subId"),
                        in.text("map"),
                        in.number("partition"),
                        in.number("depth"),
                        in.number("width"),
                        in.prefixes());
            case "CELLS" ->
                new Message.Cells(
                        in.big("subId"),
                        in.text("map"),
                        in.number("partition"),
                        in.number("depth"),
                        in.number("width"),
                        in.prefixes(),
                        in.block());
            case "BUCKETS" ->
                new Message.Buckets(
                        in.big("subId"),
                        in.text("map"),
                        in.number("partition"),
                        in.number("depth"),
                        in.buckets(),
                        in.block());
            case "NODES" ->
                new Message.Nodes(
                        json.get("urls").valueStream().map(JsonNode::textValue).toList());
            case "ERROR" ->
                new Message.Error(
                        ErrorCode.valueOf(in.text("code")),
                        in.text("text"),
                        json.get("about").isNull() ? OptionalLong.empty() : OptionalLong.of(in.big("about")));
            default -> throw new IllegalArgumentException(json.toString());
        };
    }

    private String text(String name) {
        return json.get(name).textValue();
    }

    private int number(String name) {
        return json.get(name).intValue();
    }

    private long big(String name) {
        return json.get(name).longValue();
    }

    private Level level(String name) {
        return Level.of(big(name));
    }

    private List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        json.get(name).forEach(node -> texts.add(node.textValue()));
        return texts;
    }

    private List<Integer> buckets() {
        List<Integer> buckets = new ArrayList<>();
        json.get("buckets").forEach(node -> buckets.add(node.intValue()));
        return buckets;
    }

    private List<Run> runs() {
        List<Run> runs = new ArrayList<>();
        JsonNode numbers = json.get("runs");
        for (int i = 0; i < numbers.size(); i += 2) {
            runs.add(new Run(numbers.get(i).longValue(), numbers.get(i + 1).longValue()));
        }
        return runs;
    }

    private List<Entry> block() {
        List<Entry> entries = new ArrayList<>();
        json.get("block")
                .forEach(node -> entries.add(new Entry(
                        node.get("map").textValue(),
                        node.get("key").textValue(),
                        VectorJson.toCell(node.get("cell")))));
        return entries;
    }

    private List<Op> ops() {
        List<Op> ops = new ArrayList<>();
        List<Entry> entries = block();
        for (Run run : runs()) {
            for (long id = run.first(); id < run.first() + run.count(); id++) {
                Entry entry = entries.get(ops.size());
                ops.add(new Op(id, entry.map(), entry.key(), entry.cell()));
            }
        }
        return ops;
    }

    private long storeId(JsonNode node) {
        return new CborReader(VectorJson.HEX.parseHex(node.get("$bytes").textValue())).rawLong();
    }

    private Map<Integer, Position> positions() {
        Map<Integer, Position> positions = new LinkedHashMap<>();
        for (JsonNode store : json.get("positions")) {
            JsonNode places = store.get(2);
            for (int i = 0; i < places.size(); i += 2) {
                positions.put(
                        places.get(i).intValue(),
                        new Position(
                                storeId(store.get(0)),
                                store.get(1).longValue(),
                                places.get(i + 1).longValue()));
            }
        }
        return positions;
    }

    private Limits limits() {
        Map<String, Integer> limits = new LinkedHashMap<>();
        json.get("limits")
                .properties()
                .forEach(p -> limits.put(p.getKey(), p.getValue().intValue()));
        return Limits.fromMap(limits);
    }

    private List<Rejection> rejections() {
        List<Rejection> rejections = new ArrayList<>();
        json.get("rejections")
                .forEach(node -> rejections.add(new Rejection(
                        node.get("opId").longValue(),
                        ErrorCode.valueOf(node.get("code").textValue()),
                        node.get("text").textValue())));
        return rejections;
    }

    private List<Long> digests(JsonNode node, int width) {
        CborReader bytes =
                new CborReader(VectorJson.HEX.parseHex(node.get("$bytes").textValue()));
        List<Long> digests = new ArrayList<>();
        while (!bytes.atEnd()) {
            digests.add(bytes.rawDigest(width));
        }
        return digests;
    }

    /** By the number of digests and of hexadecimal digits. */
    private int digestWidth() {
        int bytes = json.get("digests").get("$bytes").textValue().length() / 2;
        return bytes >> (4 * number("depth"));
    }

    private List<Prefixes> prefixes() {
        List<Prefixes> prefixes = new ArrayList<>();
        JsonNode list = json.get("prefixes");
        for (int i = 0; i < list.size(); i += 2) {
            prefixes.add(new Prefixes(list.get(i).intValue(), digests(list.get(i + 1), number("width"))));
        }
        return prefixes;
    }

    private OptionalInt width() {
        return json.has("width") ? OptionalInt.of(number("width")) : OptionalInt.empty();
    }

    private OptionalLong frontier() {
        return json.has("frontierMs") ? OptionalLong.of(big("frontierMs")) : OptionalLong.empty();
    }
}
