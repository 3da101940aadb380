package io.topgun.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.topgun.crdt.CellKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.IntSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What may be said at all is fixed for a version; the golden vectors fix how it is said, in every language. */
class SchemaTest {
    /** By version. A later one gets a hash of its own; that of an earlier one changes only where PROTOCOL.md lets a version grow. */
    private static final Map<Integer, String> HASHES =
            Map.of(3, "a7330af9596a097945c4606eb7d2d3f2aee89b56f206e40ffcec5367d1ea2152");

    @Test
    void shouldHaveTheSchemaOfTheVersion() throws NoSuchAlgorithmException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(schema().getBytes(StandardCharsets.UTF_8));
        assertEquals(
                HASHES.get(MessageCodec.VERSION),
                VectorJson.HEX.formatHex(hash),
                () -> "the schema is not that of version " + MessageCodec.VERSION + ":\n" + schema());
    }

    private static String schema() {
        return lines("message", messages(VectorMessages.messages().values()))
                + lines("kind", byId(CellKind.values(), CellKind::id))
                + lines("level", byId(Level.values(), Level::id))
                + lines(
                        "code",
                        byId(ErrorCode.values(), code -> code.closeCode().orElse(0)))
                + lines("limit", Limits.defaults().toMap());
    }

    /** Each type's name, and how many elements it has behind the type, at least and at most. */
    private static Map<Integer, String> messages(Collection<Message> messages) {
        Map<Integer, IntStream.Builder> lengths = new TreeMap<>();
        Map<Integer, String> lines = new TreeMap<>();
        for (Message message : messages) {
            CborReader head = new CborReader(MessageCodec.encode(message));
            int elements = head.array() - 1;
            int type = (int) head.integer();
            lengths.computeIfAbsent(type, none -> IntStream.builder()).add(elements);
            lines.put(type, message.getClass().getSimpleName());
        }
        lengths.forEach((type, counts) -> {
            IntSummaryStatistics summary = counts.build().summaryStatistics();
            lines.compute(type, (same, name) -> name + " " + summary.getMin() + " " + summary.getMax());
        });
        return lines;
    }

    private static <E extends Enum<E>> Map<String, Integer> byId(E[] constants, ToIntFunction<E> id) {
        Map<String, Integer> ids = new TreeMap<>();
        for (E constant : constants) {
            ids.put(constant.name(), id.applyAsInt(constant));
        }
        return ids;
    }

    private static String lines(String what, Map<?, ?> entries) {
        return entries.entrySet().stream()
                .map(entry -> what + " " + entry.getKey() + " " + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
