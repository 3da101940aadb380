package io.topgun.node.commands;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A node that runs as a process of its own on this machine; its output goes to a file beside its data. */
final class LocalNode {
    /** With which a node ends that the cluster went on without. */
    private static final int DOWNED = 3;

    private static final Duration PATIENCE = Duration.ofMillis(800);

    private final String url;
    private final Path log;
    private final List<String> command;
    private Process process;

    /** A node that is started, its directory made if missing. */
    LocalNode(String url, Path directory, List<String> command) throws IOException {
        this.url = url;
        this.command = command;
        this.log = Files.createDirectories(directory).resolve("node.log");
        this.process = launch();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Starts it again if the cluster went on without it. */
    void keepUp() throws IOException {
        if (!process.isAlive() && process.exitValue() == DOWNED) {
            process = launch();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** How it is, in a few words. */
    String state(HttpClient http) {
        if (!process.isAlive()) {
            return "ended with " + process.exitValue() + ": " + lastWords();
        }
        HttpRequest ready = HttpRequest.newBuilder(URI.create(url + "/health/ready"))
                .timeout(PATIENCE)
                .build();
        try {
            return http.sendAsync(ready, HttpResponse.BodyHandlers.ofString())
                    .join()
                    .body()
                    .strip();
        } catch (CompletionException e) {
            return "starting";
        }
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "" : lines.getLast();
        } catch (IOException e) {
            return "see " + log;
        }
    }

    /** Asks it to stop. */
    void terminate() {
        process.destroy();
    }

    /** Waits until it has stopped, and kills it if it takes too long. */
    void awaitEnd(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
