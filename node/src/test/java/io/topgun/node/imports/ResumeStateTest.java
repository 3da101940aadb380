package io.topgun.node.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.topgun.crdt.Stamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeStateTest {
    private static final ResumeState STATE = new ResumeState(Stamp.time(1_000, 65_535), "w1", "node-a", 42);

    @TempDir
    Path directory;

    @Test
    void shouldComeBackFromItsFile() throws IOException {
        Path file = directory.resolve("deep/er/state.properties");
        assertEquals(Optional.empty(), ResumeState.load(file));
        STATE.save(file);
        assertEquals(Optional.of(STATE), ResumeState.load(file));
        STATE.withRows(43).save(file);
        assertEquals(Optional.of(STATE.withRows(43)), ResumeState.load(file));
    }

    @Test
    void shouldCountAsNoneWhenTheFileIsTorn() throws IOException {
        Path file = directory.resolve("state.properties");
        STATE.save(file);
        String whole = Files.readString(file);
        for (int length = 0; length < whole.length() / 2; length++) {
            Files.writeString(file, whole.substring(0, length));
            assertEquals(Optional.empty(), ResumeState.load(file));
        }
        Files.writeString(file, "rows=-1\nbaseTime=0\nwriter=w\nnodeId=n");
        assertEquals(Optional.empty(), ResumeState.load(file));
    }

    @Test
    void shouldGiveARowTheSameStampInEveryRun() {
        assertEquals(Stamp.of(1_000, 65_535, "w1"), STATE.stampOf(0));
        assertEquals(Stamp.of(1_001, 0, "w1"), STATE.withRows(99).stampOf(1));
    }

    @Test
    void shouldStartAgainWithTheSameStampsWhenTheNodeIsAnother() {
        assertEquals(STATE, STATE.at("node-a"));
        ResumeState elsewhere = STATE.at("node-b");
        assertEquals(0, elsewhere.rows());
        assertEquals(STATE.stampOf(7), elsewhere.stampOf(7));
    }

    @Test
    void shouldHaveAnotherFileWhenAnythingOfTheImportDiffers() throws IOException {
        Path source = Files.writeString(directory.resolve("rows.json"), "[]");
        ResumeFiles files = ResumeFiles.of(Map.of("XDG_STATE_HOME", directory.toString()), Path.of("/nowhere"));
        Path first = files.of(options(source, "m", "id"));
        assertEquals(directory.resolve("topgun/imports"), first.getParent());
        assertEquals(first, files.of(options(source, "m", "id")));
        assertNotEquals(first, files.of(options(source, "other", "id")));
        assertNotEquals(first, files.of(options(source, "m", "{id}/x")));
        Files.writeString(source, "[1]");
        assertNotEquals(first, files.of(options(source, "m", "id")));
    }

    @Test
    void shouldBeKeptBelowHomeByDefault() throws IOException {
        Path source = Files.writeString(directory.resolve("rows.json"), "[]");
        Path file = ResumeFiles.of(Map.of(), Path.of("/h")).of(options(source, "m", "id"));
        assertEquals(Path.of("/h/.local/state/topgun/imports"), file.getParent());
    }

    private static ImportOptions options(Path source, String map, String key) {
        return ImportOptions.parse(List.of(source.toString(), map, "--key", key));
    }
}
