package io.topgun.loadtests.peers;

import io.topgun.loadtests.bench.MissingPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A command that makes a peer ready to run. */
final class Command {
    private Command() {}

    /** Runs it in a directory; without success the peer is missing. */
    static void run(Path directory, List<String> command) throws IOException, InterruptedException, MissingPeer {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new MissingPeer("no " + command.get(0) + " here");
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new MissingPeer(String.join(" ", command) + ": " + output.strip());
        }
    }
}
