package io.topgun.node;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node as a process of its own, as the launcher starts it, on a free port; closing it kills it. */
final class NodeProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("TopGun is ready at http://[^ ]+:(\\d+)");
    private static final Pattern JOIN = Pattern.compile("--join (\\S+)");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Path ROOT = Path.of(System.getProperty("topgun.root", ".."));
    private static final Path TARGET = ROOT.resolve("node/target");

    /** A node that lives for seconds is not worth the better compiler. */
    private static final List<String> QUICK_TO_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    /** The node's classes laid out by the launcher, with which a node starts in half the time. */
    private static final class Archive {
        static final List<String> FLAGS = prepare();

        private static List<String> prepare() {
            int feature = Runtime.version().feature();
            ProcessBuilder launcher = new ProcessBuilder(ROOT.resolve("topgun").toString(), "archive-classes");
            launcher.environment().put("JAVA_HOME", System.getProperty("java.home"));
            try {
                launcher.inheritIO().start().onExit().join();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            List<String> flags = new ArrayList<>();
            if (feature >= 25) {
                flags.add("-XX:+UseCompactObjectHeaders");
            }
            Path archive = TARGET.resolve("classes-" + feature + ".jsa");
            if (Files.exists(archive)) {
                flags.addAll(List.of("-Xlog:disable", "-XX:SharedArchiveFile=" + archive));
            }
            return flags;
        }
    }

    private final Process process;
    private final List<String> output = new ArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread reader;

    private NodeProcess(Process process) {
        this.process = process;
        reader = Thread.ofPlatform().daemon().start(this::read);
    }

    /** Starts a node with settings in HOCON beside the reference's. */
    static NodeProcess start(Path data, String settings, String... javaOptions) throws IOException {
        return startOnConfiguredPort(data, "topgun.http.port = 0\n" + settings, javaOptions);
    }

    /** Starts a node with variables in its environment. */
    static NodeProcess start(Path data, String settings, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = builder(data, "topgun.http.port = 0\n" + settings);
        builder.environment().putAll(environment);
        return new NodeProcess(builder.start());
    }

    /** Starts a node on the port that the settings tell. */
    static NodeProcess startOnConfiguredPort(Path data, String settings, String... javaOptions) throws IOException {
        return new NodeProcess(builder(data, settings, javaOptions).start());
    }

    private static ProcessBuilder builder(Path data, String settings, String... javaOptions) throws IOException {
        Path config = Files.writeString(Files.createTempFile("topgun", ".conf"), settings);
        config.toFile().deleteOnExit();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(QUICK_TO_START);
        command.addAll(Archive.FLAGS);
        command.addAll(List.of(javaOptions));
        command.addAll(List.of("-cp", TARGET + "/*:" + TARGET + "/lib/*", "io.topgun.node.Main", "start"));
        command.addAll(List.of("--data", data.toString(), "--config", config.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.add(line);
                }
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    port.complete(Integer.parseInt(ready.group(1)));
                }
            }
        } catch (IOException e) {
            // killed
        }
        port.completeExceptionally(new IllegalStateException("The node ended: " + output()));
    }

    /** Everything it has written. */
    String output() {
        synchronized (output) {
            return String.join("\n", output);
        }
    }

    /** Where other nodes join it, once it is ready. */
    String joinAddress() {
        port();
        Matcher join = JOIN.matcher(output());
        await().until(() -> join.reset(output()).find());
        return join.group(1);
    }

    /** Waits until it is ready. */
    int port() {
        return port.orTimeout(60, TimeUnit.SECONDS).join();
    }

    URI sync() {
        return URI.create("ws://127.0.0.1:" + port() + "/sync");
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port() + path);
        return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A gauge or counter of {@code /metrics}, summed over its labels. */
    double metric(String name) throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Heap in use behind a full collection. */
    long liveHeapBytes() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        new ProcessBuilder(jcmd.toString(), Long.toString(pid()), "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return (long) get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Asks it to stop, as a service manager does. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** The exit code, as a shell tells it; -1 if it does not end in time. */
    int exitCode(int seconds) throws InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            return -1;
        }
        reader.join(TimeUnit.SECONDS.toMillis(10));
        return process.exitValue();
    }

    /** Kills it, as {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
