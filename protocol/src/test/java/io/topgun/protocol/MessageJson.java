package io.topgun.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
                m.width().ifPresent(width -> json.put("width", width));
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
                frontier(json, m.frontierMs());
            }
            case Message.Synced m -> json.put("subId", m.subId());
            case Message.Delta m -> {
                json.put("partition", m.partition()).put("ref", m.ref()).put("seq", m.seq());
                json.set("block", block(m.entries()));
            }
            case Message.Digest m -> {
                json.put("subId", m.subId()).put("map", m.map()).put("partition", m.partition());
                json.put("ref", m.ref()).put("seq", m.seq()).put("depth", m.depth());
                json.set("digests", digests(m.digests(), m.width()));
                frontier(json, m.frontierMs());
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
            case Message.Frontier m -> {
                json.put("partition", m.partition()).put("ref", m.ref()).put("seq", m.seq());
                json.put("frontierMs", m.frontierMs());
            }
            case Message.Pick m -> prefixes(json, m.subId(), m.map(), m.partition(), m.depth(), m.width(), m.buckets());
            case Message.Keys m -> prefixes(json, m.subId(), m.map(), m.partition(), m.depth(), m.width(), m.buckets());
            case Message.Cells m -> {
                prefixes(json, m.subId(), m.map(), m.partition(), m.depth(), m.width(), m.buckets());
                json.set("block", block(m.entries()));
            }
            case Message.Nodes m -> {
                ArrayNode urls = json.putArray("urls");
                m.urls().forEach(urls::add);
            }
            case Message.Unknown m -> json.put("number", m.type());
            case Message.Refused m -> json.put("code", m.code().name());
        }
        return json;
    }

    private static void frontier(ObjectNode json, OptionalLong frontierMs) {
        frontierMs.ifPresent(ms -> json.put("frontierMs", ms));
    }

    private static JsonNode digests(List<Long> digests, int width) {
        CborWriter bytes = new CborWriter();
        digests.forEach(digest -> bytes.rawDigest(digest, width));
        return VectorJson.tagged("$bytes", VectorJson.HEX.formatHex(bytes.toByteArray()));
    }

    private static void prefixes(
            ObjectNode json, long subId, String map, int partition, int depth, int width, List<Prefixes> buckets) {
        json.put("subId", subId).put("map", map).put("partition", partition);
        ArrayNode list = json.put("depth", depth).put("width", width).putArray("prefixes");
        buckets.forEach(bucket -> list.add(bucket.bucket()).add(digests(bucket.prefixes(), width)));
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
}
