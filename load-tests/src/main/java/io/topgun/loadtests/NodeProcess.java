package io.topgun.loadtests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node in a process of its own, from the packaged jars and with the flags of the launcher. */
public final class NodeProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("TopGun is ready at http://([^ ]+:\\d+)");
    private static final int LAST_LINES = 40;

    private final Process process;
    private final Optional<Path> log;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Ready> ready = new CompletableFuture<>();
    private final List<String> lastLines = new ArrayList<>();

    private record Ready(URI sync, long afterNanos) {}

    private NodeProcess(Process process, Optional<Path> log) {
        this.process = process;
        this.log = log;
        Thread reader = new Thread(this::read, "node-output-" + process.pid());
        reader.setDaemon(true);
        reader.start();
        endWithThisProcess();
    }

    /** A run that is interrupted leaves no node behind. */
    private void endWithThisProcess() {
        Thread end = new Thread(process::destroyForcibly);
        try {
            Runtime.getRuntime().addShutdownHook(end);
        } catch (IllegalStateException e) {
            process.destroyForcibly(); // this process ends already
            throw e;
        }
        var unused = process.onExit().thenRun(() -> Runtime.getRuntime().removeShutdownHook(end));
    }

    /** Starts a node on a free port with flags of the JVM and of its own; it is not ready yet. */
    public static NodeProcess start(Path data, List<String> jvmFlags, List<String> flags) throws IOException {
        return start(data, jvmFlags, flags, Map.of(), Optional.empty());
    }

    /** Starts a node with variables in its environment, and appends all it writes to a file. */
    public static NodeProcess start(
            Path data, List<String> jvmFlags, List<String> flags, Map<String, String> environment, Optional<Path> log)
            throws IOException {
        List<String> args = new ArrayList<>(List.of("start", "--port", "0", "--data", data.toString()));
        args.addAll(flags);
        ProcessBuilder builder =
                new ProcessBuilder(command(jvmFlags, "io.topgun.node.Main", args)).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return new NodeProcess(builder.start(), log);
    }

    /** The command line of a main class of the node. */
    public static List<String> command(List<String> jvmFlags, String mainClass, List<String> args) {
        Path node = root().resolve("node/target");
        if (!Files.isDirectory(node.resolve("lib"))) {
            throw new IllegalStateException("The node is not packaged: no directory " + node.resolve("lib"));
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(launcherFlags());
        Path archive = node.resolve("classes-" + Runtime.version().feature() + ".jsa");
        if (Files.exists(archive)) {
            command.addAll(List.of("-Xlog:disable", "-XX:SharedArchiveFile=" + archive));
        }
        String options = System.getenv().getOrDefault("TOPGUN_JAVA_OPTS", "").strip();
        if (!options.isEmpty()) {
            command.addAll(List.of(options.split("\\s+", -1)));
        }
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", node + "/*:" + node.resolve("lib") + "/*", mainClass));
        command.addAll(args);
        return command;
    }

    /** Flags of the JVM that the launcher gives every process. */
    public static List<String> launcherFlags() {
        List<String> flags = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 24) {
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        if (Runtime.version().feature() >= 25) {
            flags.add("-XX:+UseCompactObjectHeaders");
        }
        return flags;
    }

    /** The checkout, as the launcher and the build tell it. */
    public static Path root() {
        return Path.of(System.getProperty("topgun.root", "."));
    }

    private void read() {
        try (BufferedReader out = process.inputReader();
                Writer all = log()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                keep(line);
                all.append(line).append('\n').flush();
                Matcher matcher = READY.matcher(line);
                if (matcher.find()) {
                    URI sync = URI.create("ws://" + matcher.group(1) + "/sync");
                    ready.complete(new Ready(sync, System.nanoTime() - startNanos));
                }
            }
        } catch (IOException e) {
            keep(e.toString()); // killed while it wrote
        }
        ready.completeExceptionally(new IllegalStateException("The node ended before it was ready:\n" + output()));
    }

    private Writer log() throws IOException {
        return log.isPresent()
                ? Files.newBufferedWriter(log.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                : Writer.nullWriter();
    }

    private synchronized void keep(String line) {
        lastLines.add(line);
        if (lastLines.size() > LAST_LINES) {
            lastLines.remove(0);
        }
    }

    /** The last lines it wrote. */
    public synchronized String output() {
        return String.join("\n", lastLines);
    }

    /** Waits until it is ready; returns the address of {@code /sync}. */
    public URI awaitReady(Duration atMost) throws InterruptedException {
        return ready(atMost).sync();
    }

    /** Time from the start of the process to the line that says it is ready. */
    public Duration startup(Duration atMost) throws InterruptedException {
        return Duration.ofNanos(ready(atMost).afterNanos());
    }

    private Ready ready(Duration atMost) throws InterruptedException {
        try {
            return ready.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("The node was not ready after " + atMost + ":\n" + output(), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The code it ended with; empty while it runs. */
    public OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /** Completes once it has ended. */
    public CompletableFuture<Void> onExit() {
        return process.onExit().thenApply(ended -> null);
    }

    public long pid() {
        return process.pid();
    }

    /** Ends it at once, as {@code kill -9} does, and waits for that. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop, as a service manager does; false if it has not ended in time. */
    public boolean terminate(Duration atMost) throws InterruptedException {
        process.toHandle().destroy();
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
