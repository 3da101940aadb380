package io.topgun.node.imports;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.topgun.crdt.Cell;
import io.topgun.crdt.FieldsCell;
import io.topgun.crdt.Stamp;
import io.topgun.crdt.ValueCell;
import io.topgun.protocol.CborReader;
import io.topgun.protocol.Entry;
import io.topgun.protocol.Message;
import io.topgun.protocol.WireClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The import command as a process of its own against a node as a process of its own. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportIT {
    private static final int MANY = 60_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    private final List<Process> started = new ArrayList<>();
    private final Map<Long, Path> logs = new HashMap<>();
    private final int port;

    @SuppressWarnings("NullAway.Init")
    private Process node;

    ImportIT() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
    }

    @BeforeAll
    void start() throws IOException {
        node = startNode();
        awaitReady();
    }

    @AfterAll
    void killAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldImportAnArrayAndRejectWhatHasNoKey() throws Exception {
        Path file = Files.writeString(directory.resolve("rows.json"), """
                [{"id": "a", "n": 1}, {"id": null}, {"id": "a", "n": 2}, {"n": 3}, {"id": "b", "n": 4.5}]
                """);
        Process run = startImport(file, "array", "{id}!");
        assertEquals(1, run.waitFor());
        String output = output(run);
        assertTrue(output.contains("row 2: INVALID_KEY: Field id of the key is null"), output);
        assertTrue(output.contains("row 3: DUPLICATE_KEY"), output);
        assertTrue(output.contains("row 4: INVALID_KEY: Field id of the key is missing"), output);
        assertTrue(output.contains("3 rows rejected"), output);
        Map<String, Cell> map = read("array");
        assertEquals(Set.of("a!", "b!"), map.keySet());
        assertEquals(1, new CborReader(fields(map, "a!").value("n").orElseThrow()).integer());
        assertEquals(4.5, new CborReader(fields(map, "b!").value("n").orElseThrow()).number());
    }

    @Test
    void shouldImportPackedJsonLinesAndValuesThatAreNoObjects() throws Exception {
        Path file = directory.resolve("rows.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("\"x\"\n7\n{\"broken\": \n".getBytes(StandardCharsets.UTF_8));
        }
        Process run = startImport(file, "values", ".");
        assertEquals(1, run.waitFor());
        assertTrue(output(run).contains("row 3: BAD_JSON"), output(run));
        Map<String, Cell> map = read("values");
        assertEquals(Set.of("x", "7"), map.keySet());
        ValueCell seven = (ValueCell) cell(map, "7");
        assertEquals(7, new CborReader(seven.value().orElseThrow()).integer());
    }

    @Test
    void shouldListWhatTheNodeRejects() throws Exception {
        Path first = Files.writeString(directory.resolve("first.json"), "[\"x\"]");
        assertEquals(0, startImport(first, "kinds", ".").waitFor());
        Path second = Files.writeString(directory.resolve("second.json"), "[{\"id\": \"x\"}, {\"id\": \"y\"}]");
        Process run = startImport(second, "kinds", "id");
        assertEquals(1, run.waitFor());
        assertTrue(output(run).contains("row 1: KIND_MISMATCH"), output(run));
        assertEquals(Set.of("x", "y"), read("kinds").keySet());
        assertTrue(stateFiles().isEmpty(), "an import that is over leaves no state");
    }

    @Test
    void shouldExitWith2WhenMisused() throws Exception {
        Process run = startImport(directory.resolve("none.json"), "m", "id");
        assertEquals(2, run.waitFor());
        assertTrue(output(run).contains("usage: topgun import"), output(run));
    }

    @Test
    void shouldGoOnWithTheSameStampsWhenKilled() throws Exception {
        Path file = manyRows();
        Process first = startImport(file, "killed", "id");
        await().atMost(PATIENCE).until(() -> rowsDone() > 0 || !first.isAlive());
        first.destroyForcibly().waitFor();
        long done = rowsDone();
        assertTrue(done > 0 && done < MANY, "killed too late: " + done + "\n" + output(first));
        restartNode();
        Process second = startImport(file, "killed", "id");
        assertEquals(0, second.waitFor(), () -> output(second));
        assertTrue(output(second).contains("by an earlier run"), output(second));
        assertImported("killed");
        assertTrue(stateFiles().isEmpty(), "an import that is over leaves no state");
    }

    @Test
    void shouldFinishWhenTheNodeIsKilledMeanwhile() throws Exception {
        Process run = startImport(manyRows(), "restarted", "id");
        await().atMost(PATIENCE).until(() -> rowsDone() > 0 || !run.isAlive());
        assertTrue(run.isAlive(), output(run));
        restartNode();
        assertEquals(0, run.waitFor(), () -> output(run));
        assertImported("restarted");
    }

    private Path manyRows() throws IOException {
        StringBuilder rows = new StringBuilder("[");
        for (int i = 0; i < MANY; i++) {
            rows.append(i == 0 ? "" : ",\n")
                    .append("{\"id\": \"")
                    .append(i)
                    .append("\", \"row\": ")
                    .append(i);
            rows.append(", \"text\": \"").append("x".repeat(i % 300)).append("\"}");
        }
        return Files.writeString(directory.resolve("many.json"), rows.append("]"));
    }

    /** Every row is there with its fields, and all stamps are those of one run. */
    private void assertImported(String name) throws Exception {
        Map<String, Cell> map = read(name);
        assertEquals(MANY, map.size());
        Stamp zero = fields(map, "0").base().orElseThrow().stamp();
        for (int i = 0; i < MANY; i++) {
            FieldsCell cell = fields(map, Integer.toString(i));
            assertEquals(
                    new Stamp(zero.time() + i, zero.writer()),
                    cell.base().orElseThrow().stamp());
            assertEquals(i, new CborReader(cell.value("row").orElseThrow()).integer());
        }
    }

    private static FieldsCell fields(Map<String, Cell> map, String key) {
        return (FieldsCell) cell(map, key);
    }

    private static Cell cell(Map<String, Cell> map, String key) {
        return Optional.ofNullable(map.get(key)).orElseThrow();
    }

    private void restartNode() throws Exception {
        node.destroyForcibly().waitFor();
        node = startNode();
        awaitReady();
    }

    private Process startNode() throws IOException {
        return start("start", "--port", Integer.toString(port), "--data", "data");
    }

    private void awaitReady() {
        await().atMost(PATIENCE).until(() -> !node.isAlive() || output(node).contains("TopGun is ready"));
        assertTrue(node.isAlive(), () -> output(node));
    }

    private Process startImport(Path file, String map, String key) throws IOException {
        return start("import", file.toString(), map, "--key", key, "--url", sync().toString());
    }

    private URI sync() {
        return URI.create("ws://127.0.0.1:" + port + "/sync");
    }

    private Process start(String... args) throws IOException {
        Path target =
                Path.of(System.getProperty("topgun.root", ".."), "node/target").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                target + "/*:" + target.resolve("lib") + "/*",
                "io.topgun.node.Main"));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
        builder.environment().put("NO_COLOR", "1");
        Path log = Files.createTempFile(directory, "process", ".log");
        Process process = builder.redirectOutput(log.toFile()).start();
        logs.put(process.pid(), log);
        started.add(process);
        return process;
    }

    private String output(Process process) {
        try {
            return Files.readString(Optional.ofNullable(logs.get(process.pid())).orElseThrow());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<Path> stateFiles() throws IOException {
        Path states = directory.resolve("state/topgun/imports");
        if (!Files.isDirectory(states)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(states)) {
            return files.filter(file -> file.toString().endsWith(".properties")).toList();
        }
    }

    private long rowsDone() throws IOException {
        List<Path> files = stateFiles();
        return files.isEmpty()
                ? 0
                : ResumeState.load(files.get(0)).map(ResumeState::rows).orElse(0L);
    }

    /** What a new subscriber is told, each entry of which must come once. */
    private Map<String, Cell> read(String map) throws Exception {
        Map<String, Cell> cells = new ConcurrentHashMap<>();
        CompletableFuture<Void> synced = new CompletableFuture<>();
        Message.Hello hello = Message.Hello.of("reader", Optional.empty(), 0, "test");
        try (WireClient client = WireClient.connect(sync(), hello, new WireClient.Listener() {
            @Override
            public void onMessage(Message message) {
                if (message instanceof Message.Snapshot chunk) {
                    for (Entry entry : chunk.entries()) {
                        if (cells.put(entry.key(), entry.cell()) != null) {
                            synced.completeExceptionally(new AssertionError("Twice: " + entry.key()));
                        }
                    }
                } else if (message instanceof Message.Synced) {
                    synced.complete(null);
                }
            }

            @Override
            public void onClosed(int code, String reason) {
                synced.completeExceptionally(new IOException(code + " " + reason));
            }
        })) {
            client.send(new Message.Subscribe(1, List.of(map), Map.of())).join();
            synced.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        return cells;
    }
}
