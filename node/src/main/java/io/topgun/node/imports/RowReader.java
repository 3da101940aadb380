package io.topgun.node.imports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.topgun.protocol.JsonValues;
import io.topgun.protocol.Limits;
import io.topgun.protocol.ProtocolException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * The rows of a JSON array, if the first byte that is not a space is a bracket, else of JSON Lines. A
 * row with a value we cannot hold is told and stepped over; behind broken JSON there is nothing more.
 */
final class RowReader {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final JsonParser parser;
    private final Limits limits;
    private final JsonValues values;
    private final boolean array;
    private boolean ended;

    /** A row of the file. */
    sealed interface Row {
        record Good(RowValue value) implements Row {}

        record Bad(String code, String text) implements Row {}
    }

    RowReader(InputStream in, Limits limits) throws IOException {
        this.limits = limits;
        this.values = new JsonValues(limits);
        PushbackInputStream start = new PushbackInputStream(in, BYTE_ORDER_MARK.length);
        this.array = firstByte(start) == '[';
        this.parser = new JsonFactory().createParser(start);
        if (array) {
            parser.nextToken();
        }
    }

    private static int firstByte(PushbackInputStream in) throws IOException {
        byte[] mark = in.readNBytes(BYTE_ORDER_MARK.length);
        if (!Arrays.equals(mark, BYTE_ORDER_MARK)) {
            in.unread(mark);
        }
        int next = in.read();
        while (next == ' ' || next == '\t' || next == '\n' || next == '\r') {
            next = in.read();
        }
        if (next >= 0) {
            in.unread(next);
        }
        return next;
    }

    Limits limits() {
        return limits;
    }

    /** The next row; empty at the end. */
    Optional<Row> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        try {
            JsonToken token = parser.nextToken();
            if (token == null && array) {
                return broken("The file ends before its array does");
            }
            if (token == null || (token == JsonToken.END_ARRAY && array)) {
                ended = true;
                boolean more = token != null && parser.nextToken() != null;
                return more ? broken("There is more behind the array") : Optional.empty();
            }
            return Optional.of(row());
        } catch (JsonProcessingException e) {
            JsonLocation at = parser.currentLocation();
            return broken(e.getOriginalMessage() + " at line " + at.getLineNr() + ", column " + at.getColumnNr());
        }
    }

    private Optional<Row> broken(String text) {
        ended = true;
        return Optional.of(new Row.Bad("BAD_JSON", text));
    }

    private Row row() throws IOException {
        int outside = parser.getParsingContext().getNestingDepth()
                - (parser.currentToken().isStructStart() ? 1 : 0);
        try {
            return new Row.Good(value());
        } catch (ProtocolException e) {
            while (parser.getParsingContext().getNestingDepth() > outside) {
                if (parser.nextToken() == null) {
                    break;
                }
            }
            return new Row.Bad(e.code().name(), String.valueOf(e.getMessage()));
        }
    }

    private RowValue value() throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            JsonValues.Fields fields = values.fields(parser);
            return new RowValue.Fields(fields.names(), fields.values());
        }
        return new RowValue.Other(values.value(parser));
    }
}
