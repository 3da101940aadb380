package io.topgun.node.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportOptionsTest {
    @TempDir
    Path directory;

    private String file = "";

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.createFile(directory.resolve("rows.json")).toString();
    }

    @Test
    void shouldTakeFlagsAnywhere() {
        ImportOptions options =
                ImportOptions.parse(List.of("--key", "id", file, "--url", "wss://h:1/sync", "m", "--token", "t"));
        assertEquals(Path.of(file), options.file());
        assertEquals("m", options.map());
        assertEquals("wss://h:1/sync", options.url().toString());
        assertEquals(Optional.of("t"), options.token());
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertRefused("FILE and MAP", file, "--key", "id");
        assertRefused("FILE and MAP", file, "m", "more", "--key", "id");
        assertRefused("--key is needed", file, "m");
        assertRefused("--key needs a value", file, "m", "--key");
        assertRefused("Unknown flag --kee", file, "m", "--kee", "id");
        assertRefused("Not a file", directory.resolve("none").toString(), "m", "--key", "id");
        assertRefused("Not a file", directory.toString(), "m", "--key", "id");
        assertRefused("Not a map name", file, "../../x", "--key", "id");
        assertRefused("Not a map name", file, "__proto__", "--key", "id");
        assertRefused("Not a ws://", file, "m", "--key", "id", "--url", "http://h/sync");
        assertRefused("Not a ws://", file, "m", "--key", "id", "--url", "ws:///sync");
        assertRefused("{ without }", file, "m", "--key", "{id");
    }

    private static void assertRefused(String why, String... args) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> ImportOptions.parse(List.of(args)));
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.getMessage());
    }
}
