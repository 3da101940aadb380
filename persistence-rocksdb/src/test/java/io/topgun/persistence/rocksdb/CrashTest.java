package io.topgun.persistence.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process that writes, ended by force or by the system's limits. */
class CrashTest {
    private static final int KILLS = 6;
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    @TempDir
    Path dir;

    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CrashWriter.class.getName(),
                dir.toString()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Notes the confirmations that the process prints, and kills it after so many. */
    private static void killAfter(Process process, int lines, Map<String, Long> confirmed) throws Exception {
        try (BufferedReader out = process.inputReader()) {
            for (int n = 0; n < lines; n++) note(out.readLine(), confirmed);
            kill(process);
            for (String line = out.readLine(); line != null; line = out.readLine()) note(line, confirmed);
        }
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    }

    /** Unlike the process's own method this one leaves what it has printed to be read. */
    private static void kill(Process process) {
        assertTrue(process.toHandle().destroyForcibly());
    }

    private static void note(String line, Map<String, Long> confirmed) {
        String[] words = line.split(" ", -1);
        // The last line may be torn: a number cut short is below the one before, and no id is cut.
        if (words.length == 2 && !words[1].isEmpty()) confirmed.merge(words[0], Long.parseLong(words[1]), Math::max);
    }

    private void assertAllThereOnce(Map<String, Long> confirmed) {
        assertFalse(confirmed.isEmpty());
        try (TestStore store = new TestStore(dir)) {
            for (int n = 0; n < CrashWriter.IDS; n++) assertAllThereOnce("p" + n, confirmed, store);
        }
    }

    private static void assertAllThereOnce(String id, Map<String, Long> confirmed, TestStore store) {
        long last = confirmed.getOrDefault(id, 0L);
        long highest = store.events().highestSequenceNr(id);
        assertTrue(highest >= last, id + " has " + highest + ", confirmed was " + last);
        assertTrue(highest <= last + 1, id + " has " + highest + ", only one was under way");
        List<String> texts = store.texts(id);
        for (int n = 0; n < texts.size(); n++) assertEquals(id + "-" + (highest - texts.size() + 1 + n), texts.get(n));
        assertTrue(texts.size() >= Math.min(20, highest), id + " has " + texts.size() + " events");
    }

    @Test
    void shouldHaveAllThatWasConfirmedAfterEachKill() throws Exception {
        Map<String, Long> confirmed = new HashMap<>();
        for (int kill = 1; kill <= KILLS; kill++) {
            killAfter(start(), 37 * kill * kill, confirmed);
            assertAllThereOnce(confirmed);
        }
    }

    @Test
    void shouldStopWritingAndKeepAllThatWasConfirmedWhenTheDiskTakesNoMore() throws Exception {
        assumeTrue(Files.isExecutable(PRLIMIT));
        Map<String, Long> confirmed = new HashMap<>();
        Process process = start();
        try (BufferedReader out = process.inputReader()) {
            note(out.readLine(), confirmed);
            // No file may grow beyond this: a write to the log fails in its middle.
            String[] limit = {PRLIMIT.toString(), "--pid", Long.toString(process.pid()), "--fsize=150000"};
            assertEquals(0, new ProcessBuilder(limit).start().waitFor());
            int failures = 0;
            while (failures < CrashWriter.IDS) {
                String line = out.readLine();
                if (line.startsWith("failed")) failures++;
                else note(line, confirmed);
            }
        }
        kill(process);
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        assertAllThereOnce(confirmed);
    }
}
