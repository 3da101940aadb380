package io.topgun.loadtests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A command of the operating system. */
final class Tool {
    private Tool() {}

    /** Whether it is there, runs and succeeds. */
    static boolean succeeds(String... command) throws InterruptedException {
        try {
            return start(command).waitFor() == 0;
        } catch (IOException e) {
            return false; // not installed
        }
    }

    static void run(String... command) throws InterruptedException {
        if (!succeeds(command)) {
            throw new IllegalStateException("Failed: " + String.join(" ", command));
        }
    }

    /** What it prints. */
    static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("Failed: " + String.join(" ", command) + "\n" + output);
        }
        return output;
    }

    static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
