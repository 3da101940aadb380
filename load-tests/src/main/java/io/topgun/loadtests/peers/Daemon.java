package io.topgun.loadtests.peers;

import io.topgun.loadtests.ProcessUsage;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server of a peer with its children; what it writes goes to a file in its directory. */
public final class Daemon implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofMinutes(1);
    private static final Duration STOP_MAX = Duration.ofSeconds(10);
    private static final int POLL_MS = 50;

    private final Process process;
    private final Path log;
    private final Thread end = new Thread(this::kill);

    private Daemon(Process process, Path log) {
        this.process = process;
        this.log = log;
        Runtime.getRuntime().addShutdownHook(end); // a run that is interrupted leaves nothing behind
    }

    /** Starts it in a directory. */
    public static Daemon start(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new Daemon(builder.start(), log);
    }

    /** A port of 127.0.0.1 that nobody has at the moment. */
    public static int freePort() throws IOException {
        try (ServerSocket trial = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return trial.getLocalPort();
        }
    }

    /** The same JVM and flags with our classes and those of the peers, in whatever directory it is started. */
    public static List<String> java(String... arguments) {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(path -> Path.of(path).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Waits until it takes connections at a port. */
    public InetSocketAddress await(int port) throws IOException, InterruptedException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!answers(address)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("Nothing listens at " + address + ":\n" + Files.readString(log));
            }
            Thread.sleep(POLL_MS);
        }
        return address;
    }

    /** Waits until it has made a file. */
    public void await(Path file, Duration atMost) throws IOException, InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!Files.exists(file)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IOException("Not ready:\n" + Files.readString(log));
            }
            Thread.sleep(POLL_MS);
        }
    }

    private static boolean answers(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public long pid() {
        return process.pid();
    }

    /** What it and its children have used. */
    public ProcessUsage usage() throws IOException {
        return ProcessUsage.ofTree(process.pid());
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(end);
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
