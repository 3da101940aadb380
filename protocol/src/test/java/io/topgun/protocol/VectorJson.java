package io.topgun.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.topgun.crdt.CborItems;
import io.topgun.crdt.Cell;
import io.topgun.crdt.CounterCell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.OrCell;
import io.topgun.crdt.OrTag;
import io.topgun.crdt.Shares;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.TextOrder;
import io.topgun.crdt.ValueCell;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The JSON in which the golden vectors state values and cells. What JSON lacks is tagged: {@code
 * {"$int": decimal}} outside 2^53, {@code {"$float": decimal}} where it is whole, {@code {"$bytes": hex}}.
 */
final class VectorJson {
    static final HexFormat HEX = HexFormat.of();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private VectorJson() {}

    static byte[] encode(JsonNode value) {
        CborWriter out = new CborWriter();
        write(out, value);
        return out.toByteArray();
    }

    private static void write(CborWriter out, JsonNode value) {
        if (value.isObject() && value.has("$int")) {
            out.integer(Long.parseLong(value.get("$int").textValue()));
        } else if (value.isObject() && value.has("$float")) {
            out.number(Double.parseDouble(value.get("$float").textValue()));
        } else if (value.isObject() && value.has("$bytes")) {
            out.bytes(HEX.parseHex(value.get("$bytes").textValue()));
        } else if (value.isObject()) {
            TreeMap<String, JsonNode> sorted = new TreeMap<>(TextOrder::compare);
            value.properties().forEach(property -> sorted.put(property.getKey(), property.getValue()));
            out.map(sorted.size());
            sorted.forEach((name, item) -> write(out.text(name), item));
        } else if (value.isArray()) {
            out.array(value.size());
            value.forEach(item -> write(out, item));
        } else if (value.isTextual()) {
            out.text(value.textValue());
        } else if (value.isBoolean()) {
            out.bool(value.booleanValue());
        } else if (value.isNull()) {
            out.nothing();
        } else {
            out.number(value.doubleValue());
        }
    }

    static JsonNode decode(byte[] item) {
        CborReader in = new CborReader(item);
        in.value(Limits.defaults().depthMax());
        if (!in.atEnd()) {
            throw ProtocolException.malformed("More behind the value");
        }
        in.seek(0);
        return read(in);
    }

    private static JsonNode read(CborReader in) {
        int head = in.source()[in.position()] & 0xff;
        return switch (head >>> 5) {
            case 0, 1 -> integer(in.integer());
            case 2 -> tagged("$bytes", HEX.formatHex(in.bytes()));
            case 3 -> JSON.textNode(in.text());
            case 4 -> array(in);
            case 5 -> object(in);
            default -> simple(in, head);
        };
    }

    private static JsonNode integer(long value) {
        boolean plain = value >= -CborReader.NATURAL_MAX && value <= CborReader.NATURAL_MAX;
        return plain ? JSON.numberNode(value) : tagged("$int", Long.toString(value));
    }

    private static ArrayNode array(CborReader in) {
        ArrayNode array = JSON.arrayNode();
        for (int i = in.array(); i > 0; i--) {
            array.add(read(in));
        }
        return array;
    }

    private static ObjectNode object(CborReader in) {
        ObjectNode object = JSON.objectNode();
        for (int i = in.map(); i > 0; i--) {
            object.set(in.text(), read(in));
        }
        return object;
    }

    private static JsonNode simple(CborReader in, int head) {
        in.seek(in.position() + 1);
        if (head != 0xfb) {
            return head == 0xf6 ? JSON.nullNode() : JSON.booleanNode(head == 0xf5);
        }
        double value = Double.longBitsToDouble(in.rawLong());
        return value == Math.rint(value) ? tagged("$float", floatText(value)) : JSON.numberNode(value);
    }

    static String floatText(double value) {
        return Double.toString(value).replace(".0E", "e").replace("E", "e");
    }

    static ObjectNode tagged(String tag, String text) {
        return JSON.objectNode().put(tag, text);
    }

    static ObjectNode stamp(Stamp stamp) {
        return JSON.objectNode()
                .put("ms", stamp.ms())
                .put("counter", stamp.counter())
                .put("writer", stamp.writer());
    }

    static Stamp toStamp(JsonNode json) {
        return Stamp.of(
                json.get("ms").longValue(),
                json.get("counter").intValue(),
                json.get("writer").textValue());
    }

    static ObjectNode cell(Cell cell) {
        return switch (cell) {
            case ValueCell value -> value(value);
            case FieldsCell fields -> fields(fields);
            case OrCell or -> or(or);
            case CounterCell counter -> counter(counter);
        };
    }

    private static ObjectNode value(ValueCell cell) {
        ObjectNode json = JSON.objectNode().put("kind", "value");
        json.set("stamp", stamp(cell.stamp()));
        valueOrRemoved(json, cell.value());
        return life(json, cell.life());
    }

    private static void valueOrRemoved(ObjectNode json, Optional<byte[]> value) {
        value.ifPresentOrElse(item -> json.set("value", decode(item)), () -> json.put("removed", true));
    }

    private static ObjectNode life(ObjectNode json, Life life) {
        if (life.expiresMs() != 0) {
            json.put("expires", life.expiresMs());
        }
        return life.idleMs() == 0 ? json : json.put("idleMs", life.idleMs()).put("touched", life.touchedMs());
    }

    private static Life toLife(JsonNode json) {
        return Life.of(
                json.path("expires").longValue(),
                json.path("idleMs").longValue(),
                json.path("touched").longValue());
    }

    private static ObjectNode fields(FieldsCell cell) {
        ObjectNode json = JSON.objectNode().put("kind", "fields");
        cell.base().ifPresent(base -> {
            ObjectNode baseJson = JSON.objectNode();
            baseJson.set("stamp", stamp(base.stamp()));
            json.set("base", life(baseJson.put("present", base.present()), base.life()));
        });
        ArrayNode fields = json.putArray("fields");
        int from = 0;
        for (int i = 0; i < cell.size(); i++) {
            int to = CborItems.end(cell.values(), from);
            Stamp own = cell.ownStamp(i);
            ObjectNode field = fields.addObject().put("name", cell.names()[i]);
            field.set("stamp", stamp(own == null ? new Stamp(cell.baseTime(), cell.baseWriter()) : own));
            boolean removed = cell.values()[from] == CborItems.UNDEFINED;
            valueOrRemoved(
                    field, removed ? Optional.empty() : Optional.of(Arrays.copyOfRange(cell.values(), from, to)));
            from = to;
        }
        return json;
    }

    private static ObjectNode or(OrCell cell) {
        ObjectNode json = JSON.objectNode().put("kind", "or");
        ArrayNode tags = json.putArray("tags");
        for (OrTag tag : cell.tags()) {
            ObjectNode tagJson = tags.addObject();
            tagJson.set("stamp", stamp(tag.stamp()));
            tag.value()
                    .ifPresentOrElse(
                            item -> tagJson.set("value", decode(item)),
                            () -> tagJson.put("removedMs", tag.removedMs()));
        }
        return json;
    }

    private static ObjectNode counter(CounterCell cell) {
        ObjectNode json = JSON.objectNode().put("kind", "counter");
        cell.folded()
                .ifPresent(folded -> json.putObject("folded")
                        .put("ms", folded.ms())
                        .put("plus", folded.plus())
                        .put("minus", folded.minus()));
        ArrayNode list = json.putArray("shares");
        Shares shares = cell.shares();
        for (int i = 0; i < shares.size(); i++) {
            ObjectNode share = list.addObject();
            share.set("stamp", stamp(shares.stamp(i)));
            share.put("plus", shares.plus(i)).put("minus", shares.minus(i));
        }
        return json;
    }

    private static Cell toCounter(JsonNode json) {
        Optional<CounterCell.Folded> folded = Optional.ofNullable(json.get("folded"))
                .map(f -> new CounterCell.Folded(
                        f.get("ms").longValue(),
                        f.get("plus").longValue(),
                        f.get("minus").longValue()));
        JsonNode list = json.get("shares");
        long[] times = new long[list.size()];
        String[] writers = new String[list.size()];
        long[] plus = new long[list.size()];
        long[] minus = new long[list.size()];
        for (int i = 0; i < times.length; i++) {
            Stamp stamp = toStamp(list.get(i).get("stamp"));
            times[i] = stamp.time();
            writers[i] = stamp.writer();
            plus[i] = list.get(i).get("plus").longValue();
            minus[i] = list.get(i).get("minus").longValue();
        }
        return CounterCell.of(folded, Shares.of(times, writers, plus, minus));
    }

    static Cell toCell(JsonNode json) {
        return switch (json.get("kind").textValue()) {
            case "value" -> toValue(json);
            case "fields" -> toFields(json);
            case "or" -> toOr(json);
            case "counter" -> toCounter(json);
            default -> throw new IllegalArgumentException(json.toString());
        };
    }

    private static Cell toValue(JsonNode json) {
        Stamp stamp = toStamp(json.get("stamp"));
        return json.has("removed")
                ? ValueCell.remove(stamp)
                : ValueCell.set(stamp, encode(json.get("value")), toLife(json));
    }

    private static Cell toFields(JsonNode json) {
        Optional<FieldsCell.Base> base = Optional.ofNullable(json.get("base"))
                .map(b -> new FieldsCell.Base(
                        toStamp(b.get("stamp")), b.get("present").booleanValue(), toLife(b)));
        JsonNode fields = json.get("fields");
        String[] names = new String[fields.size()];
        @Nullable Stamp[] stamps = new @Nullable Stamp[names.length];
        CborWriter values = new CborWriter();
        boolean whole = base.isPresent();
        for (int i = 0; i < names.length; i++) {
            JsonNode field = fields.get(i);
            names[i] = field.get("name").textValue();
            Stamp stamp = toStamp(field.get("stamp"));
            boolean basic = base.isPresent() && base.get().stamp().equals(stamp);
            stamps[i] = basic ? null : stamp;
            whole &= basic;
            if (field.has("removed")) {
                values.undefined();
            } else {
                write(values, field.get("value"));
            }
        }
        return FieldsCell.of(base, names, values.toByteArray(), whole ? null : stamps);
    }

    private static Cell toOr(JsonNode json) {
        List<OrTag> tags = new ArrayList<>();
        for (JsonNode tag : json.get("tags")) {
            Stamp stamp = toStamp(tag.get("stamp"));
            tags.add(
                    tag.has("removedMs")
                            ? OrTag.removed(stamp, tag.get("removedMs").longValue())
                            : OrTag.live(stamp, encode(tag.get("value"))));
        }
        return OrCell.of(tags.toArray(OrTag[]::new));
    }
}
