package io.topgun.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The JSON in which the golden vectors state messages: the elements by their names in the protocol. */
final class MessageJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private MessageJson() {}

    static ObjectNode of(Message message) {
        ObjectNode json = JSON.objectNode();
        json.put("type", message.getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT));
        switch (message) {
            case Message.Hello m -> {
                json.put("minVersion", m.minVersion()).put("maxVersion", m.maxVersion());
                json.put("writer", m.writer()).put("token", m.token().orElse(null));
                json.put("clockMs", m.clockMs()).put("agent", m.agent());
            }
            case Message.Ops m -> {
                json.put("level", m.level().id());
                json.set("runs", runs(Run.of(m.ops().stream().mapToLong(Op::id).toArray())));
                json.set(
                        "block",
                        block(m.ops().stream()
                                .map(op -> new Entry(op.map(), op.key(), op.delta()))
                                .toList()));
            }
            case Message.Subscribe m -> {
                ArrayNode maps = json.put("subId", m.subId()).putArray("maps");
                m.maps().forEach(maps::add);
                json.set("positions", m.positions().isEmpty() ? JSON.nullNode() : positions(m.positions()));
            }
            case Message.Unsubscribe m -> json.put("subId", m.subId());
            case Message.Fetch m -> {
                json.put("subId", m.subId()).put("map", m.map());
                json.put("partition", m.partition()).put("depth", m.depth());
                json.set("buckets", buckets(m.buckets()));
            }
            case Message.Ping m -> json.put("id", m.id());
            case Message.Pong m -> json.put("id", m.id()).put("clockMs", m.clockMs());
            case Message.Welcome m -> {
                json.put("version", m.version()).put("serverMs", m.serverMs()).put("nodeId", m.nodeId());
                json.put("partitions", m.partitions());
                json.put("defaultLevel", m.defaultLevel().id());
                json.put("highestLevel", m.highestLevel().id());
                ObjectNode limits = json.putObject("limits");
                m.limits().toMap().forEach(limits::put);
            }
            case Message.Store m -> {
                json.put("ref", m.ref());
                json.set("storeId", storeId(m.storeId()));
                json.put("incarnation", m.incarnation());
            }
            case Message.Ack m -> {
                json.put("level", m.level().id()).set("runs", runs(m.runs()));
                ArrayNode rejections = json.putArray("rejections");
                m.rejections()
                        .forEach(r -> rejections
                                .addObject()
                                .put("opId", r.opId())
                                .put("code", r.code().name())
                                .put("text", r.text()));
                json.put("serverMs", m.serverMs());
            }
            case Message.Snapshot m -> {
                json.put("subId", m.subId()).put("partition", m.partition()).put("ref", m.ref());
                json.put("seq", m.seq()).put("more", m.more()).set("block", block(m.entries()));
            }
            case Message.Synced m -> json.put("subId", m.subId());
            case Message.Delta m -> {
                json.put("partition", m.partition()).put("ref", m.ref()).put("seq", m.seq());
                json.set("block", block(m.entries()));
            }
            case Message.Digest m -> {
                json.put("subId", m.subId()).put("map", m.map()).put("partition", m.partition());
                json.put("ref", m.ref()).put("seq", m.seq()).put("depth", m.depth());
                CborWriter bytes = new CborWriter();
                m.digests().forEach(bytes::rawLong);
                json.set("digests", VectorJson.tagged("$bytes", VectorJson.HEX.formatHex(bytes.toByteArray())));
            }
            case Message.Buckets m -> {
                json.put("subId", m.subId()).put("map", m.map());
                json.put("partition", m.partition()).put("depth", m.depth());
                json.set("buckets", buckets(m.buckets()));
                json.set("block", block(m.entries()));
            }
            case Message.Error m -> {
                json.put("code", m.code().name()).put("text", m.text());
                json.set(
                        "about",
                        m.about().isEmpty()
                                ? JSON.nullNode()
                                : JSON.numberNode(m.about().getAsLong()));
            }
            case Message.Unknown m -> json.put("number", m.type());
            case Message.Refused m -> json.put("code", m.code().name());
        }
        return json;
    }

    private static ArrayNode runs(List<Run> runs) {
        ArrayNode json = JSON.arrayNode();
        runs.forEach(run -> json.add(run.first()).add(run.count()));
        return json;
    }

    private static ArrayNode buckets(List<Integer> buckets) {
        ArrayNode json = JSON.arrayNode();
        buckets.forEach(json::add);
        return json;
    }

    private static JsonNode storeId(long id) {
        return VectorJson.tagged("$bytes", VectorJson.HEX.toHexDigits(id));
    }

    private static ArrayNode positions(Map<Integer, Position> positions) {
        Map<List<Long>, ArrayNode> stores = new LinkedHashMap<>();
        new TreeMap<>(positions)
                .forEach((partition, position) -> stores.computeIfAbsent(
                                List.of(position.storeId(), position.incarnation()), key -> JSON.arrayNode())
                        .add(partition.intValue())
                        .add(position.seq()));
        ArrayNode json = JSON.arrayNode();
        stores.forEach((store, places) ->
                json.addArray().add(storeId(store.get(0))).add(store.get(1)).add(places));
        return json;
    }

    static ArrayNode block(List<Entry> entries) {
        ArrayNode json = JSON.arrayNode();
        entries.forEach(entry -> json.addObject()
                .put("map", entry.map())
                .put("key", entry.key())
                .set("cell", VectorJson.cell(entry.cell())));
        return json;
    }

    static Message toMessage(JsonNode json) {
        Reader in = new Reader(json);
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
                        in.big("subId"), in.text("map"), in.number("partition"), in.number("depth"), in.buckets());
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
                        in.block());
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
                        in.digests());
            case "BUCKETS" ->
                new Message.Buckets(
                        in.big("subId"),
                        in.text("map"),
                        in.number("partition"),
                        in.number("depth"),
                        in.buckets(),
                        in.block());
            case "ERROR" ->
                new Message.Error(
                        ErrorCode.valueOf(in.text("code")),
                        in.text("text"),
                        json.get("about").isNull() ? OptionalLong.empty() : OptionalLong.of(in.big("about")));
            default -> throw new IllegalArgumentException(json.toString());
        };
    }

    /** Elements of one message by name. */
    private record Reader(JsonNode json) {
        String text(String name) {
            return json.get(name).textValue();
        }

        int number(String name) {
            return json.get(name).intValue();
        }

        long big(String name) {
            return json.get(name).longValue();
        }

        Level level(String name) {
            return Level.of(big(name));
        }

        List<String> texts(String name) {
            List<String> texts = new ArrayList<>();
            json.get(name).forEach(node -> texts.add(node.textValue()));
            return texts;
        }

        List<Integer> buckets() {
            List<Integer> buckets = new ArrayList<>();
            json.get("buckets").forEach(node -> buckets.add(node.intValue()));
            return buckets;
        }

        List<Run> runs() {
            List<Run> runs = new ArrayList<>();
            JsonNode numbers = json.get("runs");
            for (int i = 0; i < numbers.size(); i += 2) {
                runs.add(new Run(numbers.get(i).longValue(), numbers.get(i + 1).longValue()));
            }
            return runs;
        }

        List<Entry> block() {
            List<Entry> entries = new ArrayList<>();
            json.get("block")
                    .forEach(node -> entries.add(new Entry(
                            node.get("map").textValue(),
                            node.get("key").textValue(),
                            VectorJson.toCell(node.get("cell")))));
            return entries;
        }

        List<Op> ops() {
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

        long storeId(JsonNode node) {
            return new CborReader(VectorJson.HEX.parseHex(node.get("$bytes").textValue())).rawLong();
        }

        Map<Integer, Position> positions() {
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

        Limits limits() {
            Map<String, Integer> limits = new LinkedHashMap<>();
            json.get("limits")
                    .properties()
                    .forEach(p -> limits.put(p.getKey(), p.getValue().intValue()));
            return Limits.fromMap(limits);
        }

        List<Rejection> rejections() {
            List<Rejection> rejections = new ArrayList<>();
            json.get("rejections")
                    .forEach(node -> rejections.add(new Rejection(
                            node.get("opId").longValue(),
                            ErrorCode.valueOf(node.get("code").textValue()),
                            node.get("text").textValue())));
            return rejections;
        }

        List<Long> digests() {
            CborReader bytes = new CborReader(
                    VectorJson.HEX.parseHex(json.get("digests").get("$bytes").textValue()));
            List<Long> digests = new ArrayList<>();
            while (!bytes.atEnd()) {
                digests.add(bytes.rawLong());
            }
            return digests;
        }
    }
}
