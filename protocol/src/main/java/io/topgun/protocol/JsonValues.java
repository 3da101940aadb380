package io.topgun.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Life;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.TextOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns JSON into values and back, one token at a time. Integers stay exact in 64 bits; what is not
 * a value (a greater integer, a lone surrogate, a name twice, too deep, too large) is refused.
 */
public final class JsonValues {
    private final Limits limits;

    public JsonValues(Limits limits) {
        this.limits = limits;
    }

    /** An object's fields, ready for a cell: names in text order, values one behind the other. */
    public static final class Fields {
        private final String[] names;
        private final byte[] values;

        private Fields(String[] names, byte[] values) {
            this.names = names;
            this.values = values;
        }

        public String[] names() {
            return names;
        }

        public byte[] values() {
            return values;
        }

        /** The cell that replaces an entry by this object. */
        public FieldsCell set(Stamp stamp, Life life) {
            return FieldsCell.set(stamp, life, names, values);
        }
    }

    /** A name of an object, and where its value is. */
    private record Member(String name, int from, int to) {}

    /**
     * Reads the value that begins at the parser's token, to its last token.
     *
     * @throws ProtocolException if it is none
     */
    public byte[] value(JsonParser parser) throws IOException {
        CborWriter out = new CborWriter(64);
        write(parser, out, limits.depthMax());
        checkSize(out.size());
        return out.toByteArray();
    }

    /** Reads the object that begins at the parser's token as fields. */
    public Fields fields(JsonParser parser) throws IOException {
        CborWriter items = new CborWriter();
        List<Member> members = members(parser, items, limits.depthMax());
        if (members.size() > limits.fieldsMax()) {
            throw new ProtocolException(ErrorCode.TOO_MANY_FIELDS, members.size() + " fields");
        }
        String[] names = new String[members.size()];
        CborWriter values = new CborWriter(items.size());
        for (int i = 0; i < names.length; i++) {
            Member member = members.get(i);
            names[i] = member.name();
            int length = TextOrder.utf8Length(member.name());
            if (length == 0 || length > limits.keyBytesMax()) {
                throw invalid("Field name of " + length + " bytes");
            }
            checkSize(member.to() - member.from());
            values.raw(items.buffer(), member.from(), member.to());
        }
        return new Fields(SharedNames.INSTANCE.list(names, names.length), values.toByteArray());
    }

    private void checkSize(int bytes) {
        if (bytes > limits.valueBytesMax()) {
            throw new ProtocolException(ErrorCode.VALUE_TOO_LARGE, "Value of " + bytes + " bytes");
        }
    }

    private void write(JsonParser parser, CborWriter out, int depth) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw invalid("No value");
        }
        switch (token) {
            case VALUE_STRING -> out.text(parser.getText());
            case VALUE_NUMBER_INT -> out.integer(integer(parser));
            case VALUE_NUMBER_FLOAT -> out.number(parser.getDoubleValue());
            case VALUE_TRUE -> out.bool(true);
            case VALUE_FALSE -> out.bool(false);
            case VALUE_NULL -> out.nothing();
            case START_ARRAY -> array(parser, out, depth);
            case START_OBJECT -> {
                CborWriter items = new CborWriter(64);
                List<Member> members = members(parser, items, depth);
                out.map(members.size());
                for (Member member : members) {
                    out.text(member.name()).raw(items.buffer(), member.from(), member.to());
                }
            }
            default -> throw invalid("Value expected, not " + token);
        }
    }

    private static long integer(JsonParser parser) throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw invalid("Integer of more than 64 bits");
        }
        return parser.getLongValue();
    }

    private void array(JsonParser parser, CborWriter out, int depth) throws IOException {
        checkDepth(depth);
        CborWriter items = new CborWriter(64);
        int length = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            write(parser, items, depth - 1);
            length++;
        }
        out.array(length).raw(items.buffer(), 0, items.size());
    }

    /** Members in text order; their values go to {@code items} in the order of the JSON. */
    private List<Member> members(JsonParser parser, CborWriter items, int depth) throws IOException {
        checkDepth(depth);
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw invalid("Object expected");
        }
        List<Member> members = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            int from = items.size();
            write(parser, items, depth - 1);
            members.add(new Member(name, from, items.size()));
        }
        members.sort(Comparator.comparing(Member::name, TextOrder::compare));
        for (int i = 1; i < members.size(); i++) {
            if (members.get(i - 1).name().equals(members.get(i).name())) {
                throw invalid("Name twice in one object: " + members.get(i).name());
            }
        }
        return members;
    }

    private static void checkDepth(int depth) {
        if (depth == 0) {
            throw invalid("Nested too deep");
        }
    }

    private static ProtocolException invalid(String text) {
        return new ProtocolException(ErrorCode.INVALID_VALUE, text);
    }

    /** Writes a value as JSON; bytes become base64. */
    public static void write(byte[] value, JsonGenerator out) throws IOException {
        write(new CborReader(value), out);
    }

    private static void write(CborReader in, JsonGenerator out) throws IOException {
        int head = in.source()[in.position()] & 0xff;
        switch (head >>> 5) {
            case 0, 1 -> out.writeNumber(in.integer());
            case 2 -> out.writeBinary(in.bytes());
            case 3 -> out.writeString(in.text());
            case 4 -> {
                out.writeStartArray();
                for (int i = in.array(); i > 0; i--) {
                    write(in, out);
                }
                out.writeEndArray();
            }
            case 5 -> {
                out.writeStartObject();
                for (int i = in.map(); i > 0; i--) {
                    out.writeFieldName(in.text());
                    write(in, out);
                }
                out.writeEndObject();
            }
            default -> simple(in, out, head);
        }
    }

    private static void simple(CborReader in, JsonGenerator out, int head) throws IOException {
        if (head == 0xfb) {
            out.writeNumber(in.number());
        } else if (in.tryNothing()) {
            out.writeNull();
        } else {
            out.writeBoolean(in.bool());
        }
    }
}
