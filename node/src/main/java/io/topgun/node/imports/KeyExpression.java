package io.topgun.node.imports;

import io.topgun.protocol.ErrorCode;
import io.topgun.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/**
 * How the key of a row is made: one path, as {@code id} or {@code meta.code}, or a template with paths
 * in braces, as {@code {country}/{name}}. A step of a path is a field's name, or an index into an
 * array; the path {@code .} is the row itself.
 */
final class KeyExpression {
    private static final String SELF = ".";

    private final List<Part> parts;

    private sealed interface Part {
        record Literal(String text) implements Part {}

        record Path(String text, List<String> steps) implements Part {}
    }

    private KeyExpression(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    static KeyExpression parse(String text) {
        if (text.indexOf('{') < 0 && text.indexOf('}') < 0) {
            return new KeyExpression(List.of(path(text)));
        }
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf('{', at);
            int end = open < 0 ? text.length() : open;
            refuseBrace(text, '}', at, end);
            if (at < end) {
                parts.add(new Part.Literal(text.substring(at, end)));
            }
            at = end;
            if (open >= 0) {
                int close = text.indexOf('}', open);
                if (close < 0) {
                    throw new IllegalArgumentException("{ without } in " + text);
                }
                refuseBrace(text, '{', open + 1, close);
                parts.add(path(text.substring(open + 1, close)));
                at = close + 1;
            }
        }
        return new KeyExpression(parts);
    }

    private static void refuseBrace(String text, char brace, int from, int to) {
        int found = text.indexOf(brace, from);
        if (found >= 0 && found < to) {
            throw new IllegalArgumentException(brace + " out of place in " + text);
        }
    }

    private static Part.Path path(String text) {
        List<String> steps = text.equals(SELF) ? List.of() : List.of(text.split("\\.", -1));
        if (steps.contains("")) {
            throw new IllegalArgumentException("Not a field or a dotted path: \"" + text + "\"");
        }
        return new Part.Path(text, steps);
    }

    /**
     * The key of a row.
     *
     * @throws ProtocolException {@code INVALID_KEY} if a field of the key is missing, null, empty, or
     *     neither text nor a number nor a boolean
     */
    String keyOf(RowValue row) {
        StringBuilder key = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Literal literal -> key.append(literal.text());
                case Part.Path path -> key.append(scalar(row, path));
            }
        }
        return key.toString();
    }

    private static String scalar(RowValue row, Part.Path path) {
        return switch (row.find(path.steps())) {
            case RowValue.Found.Scalar found when !found.text().isEmpty() -> found.text();
            case RowValue.Found.Scalar found -> throw invalid(path, "is empty");
            case RowValue.Found.Missing found -> throw invalid(path, "is missing");
            case RowValue.Found.Null found -> throw invalid(path, "is null");
            case RowValue.Found.Composite found -> throw invalid(path, "is an object or an array");
        };
    }

    private static ProtocolException invalid(Part.Path path, String what) {
        String subject = path.text().equals(SELF) ? "The row" : "Field " + path.text() + " of the key";
        return new ProtocolException(ErrorCode.INVALID_KEY, subject + " " + what);
    }
}
